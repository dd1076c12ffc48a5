import type { DomainInfo } from 'tencentcloud-sdk-nodejs-scf/tencentcloud/services/scf/v20180416/scf_models.js';
import type { CloudApi } from '../api/cloud-api.ts';
import { readPages } from '../api/read-pages.ts';
import { type CustomDomainRoutes, domainRoute } from './custom-domain.ts';

/** Every custom domain of the account in the region. They are listed, since how one that is absent is refused is not documented. */
export async function readDomains(api: CloudApi): Promise<CustomDomainRoutes[]> {
  const found = await readPages(
    async (page) =>
      (await api.read('ListCustomDomains', '', (scf) => scf.ListCustomDomains({ ...page }))).Domains,
  );
  return found.map(domainRoutes);
}

function domainRoutes({
  Domain,
  Protocol = '',
  CertConfig,
  EndpointsConfig,
}: DomainInfo): CustomDomainRoutes {
  return {
    name: Domain,
    protocol: Protocol,
    certificateId: CertConfig?.CertificateId ?? '',
    endpoints: (EndpointsConfig ?? []).map(({ FunctionName, PathMatch, PathRewrite, ...rest }) =>
      domainRoute(
        FunctionName,
        PathMatch,
        // Fields in our order, since they are compared as text.
        (PathRewrite ?? []).map(({ Path, Type, Rewrite }) => ({ Path, Type, Rewrite })),
        { qualifier: rest.Qualifier, namespace: rest.Namespace },
      ),
    ),
  };
}
