import { useRef, useState } from 'preact/hooks';
import { hashOf } from '../address.ts';
import { useAct, usePage, useText } from '../page.ts';
import type { Watch } from '../watch.ts';

/** Not part of what is asked. */
const ANSWERED: readonly string[] = ['MediaInfo', 'MediaResult', 'TemplateName'];

/** The job once more, with an operation that may be changed first. */
export function Resubmit({ watch, onDone }: { readonly watch: Watch; readonly onDone: () => void }) {
  const { api } = usePage();
  const t = useText();
  const act = useAct();
  const field = useRef<HTMLTextAreaElement>(null);
  const [isWrong, setWrong] = useState(false);
  const asked = Object.entries(watch.Job?.Operation ?? {}).filter(([name]) => !ANSWERED.includes(name));
  const given = asked.length === 0 ? '' : JSON.stringify(Object.fromEntries(asked), null, 2);
  const submit = () => {
    const text = field.current?.value ?? '';
    let body = {};
    if (text !== given) {
      try {
        body = { Operation: JSON.parse(text) };
      } catch {
        return setWrong(true);
      }
    }
    onDone();
    return act(async () => {
      const answer = await api.retryJob({ path: { id: watch.JobId }, body });
      location.hash = hashOf('intents', answer.body.Intent);
      return t('intentMade');
    });
  };
  return (
    <form
      class="resubmit"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <label>
        {t('operation')}
        <textarea ref={field} class="code" rows={12} spellcheck={false}>
          {given}
        </textarea>
      </label>
      {isWrong && (
        <p class="bad" role="alert">
          {t('notJson')}
        </p>
      )}
      <p class="row">
        <button type="submit" class="primary">
          {t('submitAgain')}
        </button>
        <button type="button" onClick={onDone}>
          {t('no')}
        </button>
      </p>
    </form>
  );
}
