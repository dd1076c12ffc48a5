import { signOf, stateText } from '../../shared/words/words.ts';
import { usePage } from '../page.ts';

/** A state by sign, word and colour. */
export function State({ state, progress }: { readonly state: string; readonly progress?: number | null }) {
  const { language } = usePage();
  const isMoving = state === 'Running' && typeof progress === 'number';
  return (
    <>
      <span class={`state ${state}`}>
        <span aria-hidden="true">{signOf(state)}</span> {stateText(language, state)}
      </span>
      {isMoving && <progress value={progress} max={100} aria-label={`${progress} %`} />}
    </>
  );
}

/** What a list shows of a job: its outcome, or as long as it has none its state. */
export function shownState({
  Outcome,
  State: state,
}: {
  readonly Outcome: string;
  readonly State: string;
}): string {
  return Outcome !== '' ? Outcome : state === '' ? 'Submitted' : state;
}
