import type { CreateCustomDomainRequest } from 'tencentcloud-sdk-nodejs-scf/tencentcloud/services/scf/v20180416/scf_models.js';
import type { Account } from '../account.ts';
import { action, functionNamed } from '../action.ts';
import { ApiError } from '../api-error.ts';
import {
  createCustomDomainRequest,
  customDomainRequest,
  listCustomDomainsRequest,
  updateCustomDomainRequest,
} from '../trigger-requests.ts';

const DEFAULT_PAGE = 20; // [sdk]
const DOMAIN = /^([a-z0-9-]+\.)+[a-z]{2,}$/;
const PROTOCOLS = ['HTTP', 'HTTPS', 'HTTP&HTTPS']; // [sdk]
const PATH_MATCH = /^(\/|\/\*|(\/[\w.~-]+)+(\/\*?)?)$/; // [sdk]; a slash at the end [doc 583/111924]

// Which codes the actions on domains answer with is not documented: all of them are guesses.

export const createCustomDomain = action(createCustomDomainRequest, (input, { account }) => {
  if (account.domains.has(input.Domain))
    throw new ApiError('ResourceInUse', `The domain ${input.Domain} exists already.`);
  checkDomain(account, input);
  account.domains.set(input.Domain, input);
  return {};
});

export const getCustomDomain = action(customDomainRequest, ({ Domain }, { account }) =>
  domainInfo(domainNamed(account, Domain)),
);

/** None is null [sdk]. */
export const listCustomDomains = action(listCustomDomainsRequest, (input, { account }) => {
  const { Offset = 0, Limit = DEFAULT_PAGE } = input;
  const found = [...account.domains.values()];
  const Domains = found.length === 0 ? null : found.slice(Offset, Offset + Limit).map(domainInfo);
  return { Total: found.length, Domains };
});

export const updateCustomDomain = action(updateCustomDomainRequest, (input, { account }) => {
  const domain = { ...domainNamed(account, input.Domain), ...input };
  checkDomain(account, domain);
  account.domains.set(domain.Domain, domain);
  return {};
});

export const deleteCustomDomain = action(customDomainRequest, ({ Domain }, { account }) => {
  account.domains.delete(domainNamed(account, Domain).Domain);
  return {};
});

/** As it is read back. */
function domainInfo({ WafConfig, CertConfig, ...domain }: CreateCustomDomainRequest) {
  return {
    ...domain,
    WafConfig: WafConfig ?? { WafOpen: 'CLOSE', WafInstanceId: '' },
    CertConfig: CertConfig ?? {},
  };
}

function domainNamed({ domains }: Account, name = ''): CreateCustomDomainRequest {
  const domain = domains.get(name);
  if (domain === undefined) throw new ApiError('ResourceNotFound', `The domain ${name} does not exist.`);
  return domain;
}

function checkDomain(account: Account, domain: CreateCustomDomainRequest): void {
  const { Domain, Protocol, EndpointsConfig, CertConfig } = domain;
  if (!DOMAIN.test(Domain)) throw new ApiError('InvalidParameterValue', `Domain ${Domain}.`);
  if (!PROTOCOLS.includes(Protocol)) throw new ApiError('InvalidParameterValue', `Protocol ${Protocol}.`);
  if (Protocol !== 'HTTP' && !CertConfig?.CertificateId)
    throw new ApiError('MissingParameter', `Protocol ${Protocol} needs a CertificateId.`); // [sdk]
  for (const endpoint of EndpointsConfig) {
    functionNamed(account, endpoint);
    if (!PATH_MATCH.test(endpoint.PathMatch))
      throw new ApiError('InvalidParameterValue', `PathMatch ${endpoint.PathMatch}.`);
  }
}
