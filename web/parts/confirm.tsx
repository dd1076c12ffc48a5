import { useEffect, useRef } from 'preact/hooks';
import { useText } from '../page.ts';

interface ConfirmProps {
  readonly title: string;
  /** what comes of it */
  readonly text: string;
  readonly yes: string;
  readonly onYes: () => void;
  readonly onNo: () => void;
}

/** Asks before something that costs or cannot be taken back. */
export function Confirm({ title, text, yes, onYes, onNo }: ConfirmProps) {
  const t = useText();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} aria-labelledby="confirm" onClose={onNo}>
      <h2 id="confirm">{title}</h2>
      <p>{text}</p>
      <p class="row">
        <button type="button" class="primary" onClick={onYes}>
          {yes}
        </button>
        <button type="button" onClick={onNo}>
          {t('no')}
        </button>
      </p>
    </dialog>
  );
}
