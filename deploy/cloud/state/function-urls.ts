import { cloudName, type Service } from '../../../service/service.ts';
import { customDomainRoutes, urlsAtDomain } from './custom-domain.ts';
import { ownerOf } from './owner-mark.ts';
import type { CloudState } from './state.ts';
import { LATEST } from './trigger.ts';

/**
 * Where each function answers, by its name in serverless.yml; those that the account does not know yet are left out.
 * At the custom domain once that leads to it, at its Function URL until then.
 */
export function functionUrls(service: Service, state: CloudState): Record<string, string> {
  const domain = customDomainRoutes(service);
  const atDomain = domain && urlsAtDomain(domain, state.domains);
  const owner = ownerOf(service);
  const all = service.functions.flatMap(({ name }): [string, string][] => {
    const inCloud = cloudName(service, name);
    const found = state.functions.get(inCloud);
    const ours = found?.owner === owner ? found.triggers : [];
    const own = ours.find((trigger) => trigger.qualifier === LATEST && trigger.url !== undefined)?.url;
    const url = atDomain?.get(inCloud) ?? own;
    return url === undefined ? [] : [[name, url]];
  });
  return Object.fromEntries(all);
}
