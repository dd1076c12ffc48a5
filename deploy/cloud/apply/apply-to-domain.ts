import type { CloudApi } from '../api/cloud-api.ts';
import { unlessAbsent } from '../api/sdk-error.ts';
import type { DeployStep } from '../plan/step.ts';
import type { CustomDomainRoutes } from '../state/custom-domain.ts';

type DomainStep = Extract<DeployStep, { domain: CustomDomainRoutes }>;

export async function applyToDomain(api: CloudApi, { kind, domain }: DomainStep): Promise<void> {
  const { name, protocol, certificateId, endpoints } = domain;
  if (kind === 'delete-domain') {
    await unlessAbsent(
      api.write('DeleteCustomDomain', name, (scf) => scf.DeleteCustomDomain({ Domain: name })),
    );
    return;
  }
  const request = {
    Domain: name,
    Protocol: protocol,
    CertConfig: { CertificateId: certificateId },
    EndpointsConfig: endpoints.map((endpoint) => ({
      ...endpoint,
      PathRewrite: [...endpoint.PathRewrite],
    })),
  };
  if (kind === 'create-domain') {
    await api.write('CreateCustomDomain', name, (scf) => scf.CreateCustomDomain(request));
  } else {
    await api.write('UpdateCustomDomain', name, (scf) => scf.UpdateCustomDomain(request));
  }
}
