import { useEffect, useRef, useState } from 'preact/hooks';
import { hashOf } from '../address.ts';
import { bytes, duration } from '../format.ts';
import { failureText, useAnswer, usePage, useText } from '../page.ts';
import { Act } from '../parts/act.tsx';
import { Facts } from '../parts/facts.tsx';
import { Pairs } from '../parts/pairs.tsx';
import { Picture } from '../parts/picture.tsx';
import { Renditions } from '../parts/renditions.tsx';
import { Resubmit } from '../parts/resubmit.tsx';
import { State, shownState } from '../parts/state.tsx';
import { Timeline } from '../parts/timeline.tsx';
import type { Watch } from '../watch.ts';

interface JobPanelProps {
  readonly id: string;
  readonly previous: string | undefined;
  readonly next: string | undefined;
  readonly onOpen: (id: string) => void;
  readonly onClose: () => void;
}

/** One job, beside the list; on a phone in its place. */
export function JobPanel({ id, previous, next, onOpen, onClose }: JobPanelProps) {
  const { api, language, overview, say } = usePage();
  const t = useText();
  const panel = useRef<HTMLElement>(null);
  const { value, failure } = useAnswer(async () => {
    const { body } = await api.getWatch({ path: { id } });
    return body;
  }, [api, id, overview.Version]);
  const watch = value?.JobId === id ? value : undefined;
  useEffect(() => panel.current?.focus(), [id]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.target instanceof Element && event.target.closest('textarea, input, dialog')) return;
      if (event.key === 'Escape') onClose();
      else if (event.key === 'ArrowUp' && previous) onOpen(previous);
      else if (event.key === 'ArrowDown' && next) onOpen(next);
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  });
  const copyLink = () => void navigator.clipboard.writeText(location.href).then(() => say(t('copied')));
  return (
    <section ref={panel} class="panel" role="dialog" aria-labelledby="job" tabIndex={-1}>
      <div class="row">
        {watch && <State state={shownState(watch)} progress={watch.Progress} />}
        {watch && watch.Seconds !== null && (
          <span class="dim">{t('tookTime', { time: duration(watch.Seconds, language) })}</span>
        )}
        <span class="spacer" />
        <button
          type="button"
          class="quiet"
          aria-label={t('previous')}
          disabled={!previous}
          onClick={() => previous && onOpen(previous)}
        >
          ↑
        </button>
        <button
          type="button"
          class="quiet"
          aria-label={t('next')}
          disabled={!next}
          onClick={() => next && onOpen(next)}
        >
          ↓
        </button>
        <button type="button" class="quiet wide" onClick={copyLink}>
          {t('copyLink')}
        </button>
        <button type="button" class="quiet" aria-label={t('close')} onClick={onClose}>
          ✕
        </button>
      </div>
      <h2 id="job">{watch ? `${watch.InputKey} → ${watch.OutputKey || '–'}` : t('job')}</h2>
      <p class="code dim">{id}</p>
      {!watch && !failure && <p class="dim late">{t('loading')}</p>}
      {!watch && failure && (
        <p class="bad">{failure.code === 'NotFound' ? t('notWatched') : failureText(failure, language)}</p>
      )}
      {watch && <Body key={id} watch={watch} />}
    </section>
  );
}

function Body({ watch }: { readonly watch: Watch }) {
  const { api, mayWrite, overview, say } = usePage();
  const t = useText();
  const [isChanging, setChanging] = useState(false);
  const [isRaw, setRaw] = useState(false);
  const { JobId: id, Outcome } = watch;
  const cancel = async () => {
    await api.cancelJobs({ path: { ids: [id] } });
    return t('canceledOne');
  };
  const curl = `curl -H "Authorization: Bearer $TOKEN" '${location.origin}/jobs/${id}'`;
  return (
    <>
      {watch.Code !== '' && watch.Code !== 'Success' && <Reason watch={watch} />}
      {Outcome === 'Success' && !overview.Off.includes('previews') && <Picture watch={watch} />}
      <h3>{t('timeline')}</h3>
      <Timeline watch={watch} />
      {(watch.Renditions.length > 0 || watch.RetryOf !== '' || watch.RetriedAs !== '') && (
        <>
          <h3>{t('tries')}</h3>
          <Renditions of={watch} />
          <Pairs
            of={[
              [t('repeats'), watch.RetryOf && link('jobs', watch.RetryOf)],
              [t('repeatedBy'), watch.RetriedAs && link('intents', watch.RetriedAs)],
            ]}
          />
        </>
      )}
      <h3>{t('parameters')}</h3>
      <Facts operation={watch.Job?.Operation} />
      <h3>{t('clip')}</h3>
      <Pairs
        of={[
          [t('key'), watch.InputKey],
          [t('size'), `${bytes(watch.InputBytes)} → ${bytes(watch.OutputBytes)}`],
        ]}
      />
      <p class="row acts">
        {Outcome === '' && <Act name={t('cancelJob')} kind="danger" act={cancel} />}
        {mayWrite && Outcome !== '' && Outcome !== 'Success' && (
          <button type="button" class="primary" onClick={() => setChanging(true)}>
            {t('withOther')}
          </button>
        )}
        <button type="button" aria-expanded={isRaw} onClick={() => setRaw(!isRaw)}>
          {t('json')}
        </button>
        <button
          type="button"
          onClick={() => void navigator.clipboard.writeText(curl).then(() => say(t('copied')))}
        >
          {t('curl')}
        </button>
      </p>
      {isChanging && <Resubmit watch={watch} onDone={() => setChanging(false)} />}
      {isRaw && <pre>{JSON.stringify(watch.Job ?? watch, null, 2)}</pre>}
    </>
  );
}

/** Messages of CI are long, and have several lines. */
function Reason({ watch }: { readonly watch: Watch }) {
  const t = useText();
  const message = watch.Job?.Message ?? watch.Message;
  const [isWhole, setWhole] = useState(false);
  return (
    <div class="reason">
      <b class="bad">{watch.Code}</b>
      <p class={isWhole ? '' : 'clamped'}>{message}</p>
      {message.length > 120 && !isWhole && (
        <button type="button" class="quiet" onClick={() => setWhole(true)}>
          {t('more')}
        </button>
      )}
    </div>
  );
}

function link(screen: string, id: string) {
  return (
    <a class="code" href={hashOf(screen, id)}>
      {id}
    </a>
  );
}
