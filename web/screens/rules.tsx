import type { components } from '../../client/schema.d.ts';
import { clockTime, count } from '../format.ts';
import { usePage, useText } from '../page.ts';
import { Act } from '../parts/act.tsx';
import { Clock } from '../parts/ago.tsx';
import { Pairs } from '../parts/pairs.tsx';

type Rule = components['schemas']['Rule'];

export function RulesScreen() {
  const { overview } = usePage();
  const t = useText();
  if (overview.Rules.length === 0) return <p class="dim">{t('noRules')}</p>;
  return (
    <>
      {overview.Rules.map((rule) => (
        <RuleCard key={rule.Name} rule={rule} />
      ))}
    </>
  );
}

function RuleCard({ rule }: { readonly rule: Rule }) {
  const { api, language } = usePage();
  const t = useText();
  const { Name: name, Suffixes, Output, Paused, JobsThisHour, MaxJobsPerHour } = rule;
  const change = async () => {
    await api.changeRule({ path: { name }, body: { Paused: !Paused } });
    return t(Paused ? 'ruleResumed' : 'rulePaused');
  };
  const limit = MaxJobsPerHour === null ? '–' : count(MaxJobsPerHour, language);
  return (
    <section class="card">
      <h2>
        {name} <Doing rule={rule} />
      </h2>
      <Pairs
        of={[
          [t('catches'), `${rule.Bucket}/${rule.Prefix}* ${Suffixes.join(' ')}`],
          [t('output'), `${Output.Bucket}/${Output.Object}`],
          [t('jobsThisHour'), t('of', { count: count(JobsThisHour, language), limit })],
          [t('waiting'), count(rule.Waiting, language)],
          [t('nextReconcile'), <Clock key="" at={rule.NextReconcileAt} />],
          [t('lastObject'), rule.LastObject ?? '–'],
        ]}
      />
      {(!Paused || rule.PausedBy !== null) && (
        <p class="row">
          <Act name={t(Paused ? 'resumeRule' : 'pauseRule')} act={change} />
        </p>
      )}
    </section>
  );
}

function Doing({ rule }: { readonly rule: Rule }) {
  const { language } = usePage();
  const t = useText();
  const { Paused, PausedBy, PausedUntil, BrakedSince } = rule;
  const time = (iso: string) => ({ time: clockTime(iso, language) });
  let text = t('running');
  if (Paused) {
    text = PausedBy === null ? t('pausedByConfig') : t('pausedBy', { who: PausedBy });
    if (PausedUntil !== null) text += ` ${t('pausedUntil', time(PausedUntil))}`;
  } else if (BrakedSince !== null) text = t('brakedSince', time(BrakedSince));
  return <span class={Paused || BrakedSince !== null ? 'chip warn' : 'chip ok'}>{text}</span>;
}
