import { usePage, useText } from '../page.ts';

/** No job yet: the two ways to make one, with the real names. */
export function FirstRun() {
  const { overview } = usePage();
  const t = useText();
  const [rule] = overview.Rules;
  const command = `curl -X POST '${location.origin}/jobs' -H 'Content-Type: application/json' -d '{"Tag":"Animation","Input":{"Object":"${rule?.Prefix ?? 'clips/'}sample.mp4"},"Operation":{…}}'`;
  return (
    <section class="instead">
      <p>{t('firstRun')}</p>
      <ol>
        {rule && <li>{t('firstDrop', { place: `${rule.Bucket}/${rule.Prefix}` })}</li>}
        <li>
          {t('firstPost')} <code>{command}</code>
        </li>
      </ol>
    </section>
  );
}
