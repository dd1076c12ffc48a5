import { useAct, usePage } from '../page.ts';

interface ActProps {
  readonly name: string;
  readonly kind?: string;
  /** does it, and says what was done */
  readonly act: () => Promise<string>;
}

/** A button that changes something: there for who may. */
export function Act({ name, kind = '', act }: ActProps) {
  const { mayWrite } = usePage();
  const perform = useAct();
  if (!mayWrite) return null;
  return (
    <button type="button" class={kind} onClick={() => void perform(act)}>
      {name}
    </button>
  );
}
