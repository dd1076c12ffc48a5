import { type Address, hashOf } from '../address.ts';
import { failureText, useAnswer, usePage, useText } from '../page.ts';
import { Act } from '../parts/act.tsx';
import { Ago, Clock } from '../parts/ago.tsx';
import { Pairs } from '../parts/pairs.tsx';
import { State, shownState } from '../parts/state.tsx';

/** A submission whose job is not known yet; once it is, the way there. */
export function IntentScreen({ address }: { readonly address: Address }) {
  const { api, language, overview } = usePage();
  const t = useText();
  const { id } = address;
  const { value, failure } = useAnswer(
    async () => (await api.listWatches({ query: { intent: id } })).body.Watches,
    [api, id, overview.Version],
  );
  const jobs = value?.filter(({ JobId }) => JobId !== '') ?? [];
  const pending = value?.find(({ JobId }) => JobId === '');
  const takeBack = async () => {
    await api.cancelSubmission({ path: { id } });
    return t('canceledOne');
  };
  return (
    <section class="card">
      <h2>{t('submission')}</h2>
      <p class="code dim">{id}</p>
      {failure && <p class="bad">{failureText(failure, language)}</p>}
      {value?.length === 0 && <p>{t('notWatched')}</p>}
      {pending && (
        <>
          <p>
            <State state={shownState(pending)} />{' '}
            {t(pending.LastError === '' ? 'submissionPending' : 'submissionWhy')}
          </p>
          <Pairs
            of={[
              [t('key'), pending.InputKey],
              [t('output'), pending.OutputKey || '–'],
              [t('rule'), pending.Rule || '–'],
              [t('when'), <Ago key="" at={pending.CreatedAt} />],
              [t('next'), <Clock key="" at={pending.NextCheckAt} />],
              [t('lastError'), pending.LastError || undefined],
            ]}
          />
          <p class="row">
            <Act name={t('takeBack')} kind="danger" act={takeBack} />
          </p>
        </>
      )}
      {jobs.length > 0 && <p>{t('submissionDone')}</p>}
      {jobs.map((job) => (
        <p key={job.JobId} class="row">
          <State state={shownState(job)} progress={job.Progress} />{' '}
          <a href={hashOf('jobs', job.JobId)}>{job.InputKey}</a>
        </p>
      ))}
    </section>
  );
}
