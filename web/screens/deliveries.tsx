import type { components } from '../../client/schema.d.ts';
import { type Address, hashOf } from '../address.ts';
import { clockTime } from '../format.ts';
import { failureText, useAnswer, usePage, useText } from '../page.ts';
import { Act } from '../parts/act.tsx';
import { Ago } from '../parts/ago.tsx';
import { Pairs } from '../parts/pairs.tsx';
import { SendAgain } from '../parts/send-again.tsx';
import { Table } from '../parts/table.tsx';

type Endpoint = components['schemas']['Endpoint'];
type Delivery = components['schemas']['Delivery'];

const LISTED = 100;
/** Longer than anything is kept. */
const ALL_MS = 400 * 86_400_000;

/** Who is told of events, and what is on its way to them. */
export function DeliveriesScreen({ address }: { readonly address: Address }) {
  const { api, overview, language } = usePage();
  const t = useText();
  const { endpoint = '', state = '' } = address.query;
  const { value, failure } = useAnswer(async () => {
    const query = {
      limit: LISTED,
      ...(endpoint === '' ? {} : { endpoint }),
      ...(state === '' ? {} : { state: state as Delivery['State'] }),
    };
    return (await api.listDeliveries({ query })).body.Deliveries;
  }, [api, endpoint, state, overview.Version]);
  const heads = [t('type'), t('job'), t('endpoint'), t('state'), t('lastAnswer'), t('when'), t('what')];
  return (
    <>
      {overview.Endpoints.length === 0 && <p class="dim">{t('noEndpoints')}</p>}
      {overview.Endpoints.map((one) => (
        <EndpointCard key={one.Name} endpoint={one} />
      ))}
      <nav class="choices" aria-label={t('state')}>
        {(['', 'pending', 'delivered', 'dead'] as const).map((one) => (
          <a
            key={one}
            class="button"
            aria-current={state === one ? 'true' : undefined}
            href={hashOf('deliveries', '', { endpoint, state: one })}
          >
            {t(one === '' ? 'all' : one)}
          </a>
        ))}
      </nav>
      {failure && <p class="bad">{failureText(failure, language)}</p>}
      {value?.length === 0 && <p class="dim">{t('noDeliveries')}</p>}
      {value && value.length > 0 && (
        <Table
          heads={heads}
          wide={[4]}
          rows={value.map((one) => ({
            key: one.Id,
            cells: [
              one.Type,
              <a key="" class="code" href={hashOf('jobs', one.JobId)}>
                {one.JobId.slice(0, 9)}
              </a>,
              one.Endpoint,
              <span key="" class={`state ${one.State}`}>
                {t(one.State)}
              </span>,
              joined(one.LastStatus ?? '–', t('attempts', { count: one.Attempts }), one.LastError),
              <Ago key="" at={one.EndedAt ?? one.CreatedAt} />,
              <SendAgain key="" delivery={one} />,
            ],
          }))}
        />
      )}
    </>
  );
}

function EndpointCard({ endpoint }: { readonly endpoint: Endpoint }) {
  const { api, language } = usePage();
  const t = useText();
  const { Name: name, DisabledAt, Dead } = endpoint;
  const path = { name };
  // All that is kept: what is older is gone.
  const recover = async () => {
    const since = new Date(Date.now() - ALL_MS).toISOString();
    return t('recovered', { count: (await api.recoverEndpoint({ path, query: { since } })).body.Count });
  };
  return (
    <section class="card">
      <h2>
        {name} <span class="chip">{endpoint.Kind}</span>{' '}
        <span class={DisabledAt === null ? 'chip ok' : 'chip warn'}>
          {DisabledAt === null ? t('on') : t('off', { time: clockTime(DisabledAt, language) })}
        </span>
      </h2>
      <p class="dim">{joined(endpoint.Host, endpoint.Events.join(', '))}</p>
      <Pairs
        across
        of={[
          [t('pending'), endpoint.Pending],
          [t('dead'), Dead],
          [t('oldestPending'), <Ago key="" at={endpoint.OldestPendingAt} />],
          [t('lastDelivered'), <Ago key="" at={endpoint.LastDeliveredAt} />],
          [t('lastAnswer'), joined(endpoint.LastStatus ?? '–', endpoint.LastError)],
        ]}
      />
      <p class="row">
        <Act
          name={t('test')}
          act={async () => {
            await api.testEndpoint({ path });
            return t('testSent');
          }}
        />
        {DisabledAt !== null && (
          <Act
            name={t('enable')}
            kind="primary"
            act={async () => {
              await api.enableEndpoint({ path });
              return t('enabled');
            }}
          />
        )}
        {Dead > 0 && <Act name={t('recover')} act={recover} />}
      </p>
    </section>
  );
}

function joined(...parts: readonly (string | number)[]): string {
  return parts.filter((part) => part !== '').join(' · ');
}
