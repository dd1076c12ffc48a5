import { randomUUID } from 'node:crypto';
import type { CloudParts } from '../cloud.ts';
import type { CloudRequest } from '../cloud-request.ts';
import { readAnimation } from '../jobs/animation.ts';
import { readPage } from '../read-page.ts';
import { readRequestXml } from '../read-request-xml.ts';
import { parameter } from '../read-target.ts';
import { type Reply, xmlReply } from '../reply.ts';
import { invalidArgument, ServiceError } from '../service-error.ts';
import { textOf } from '../xml/xml-fields.ts';
import { type Template, templateTree } from './template.ts';

/** CreateMediaTemplate [doc]: `t` + 33 characters in its examples; here `t1` + 32 hex digits. */
export async function createTemplate(request: CloudRequest, cloud: CloudParts): Promise<Reply> {
  const now = cloud.clock.now();
  const TemplateId = `t1${randomUUID().replaceAll('-', '')}`;
  return saved(request, cloud, {
    TemplateId,
    CreatedAt: now,
    UpdatedAt: now,
    ...(await readTemplate(request)),
  });
}

export async function updateTemplate(request: CloudRequest, cloud: CloudParts): Promise<Reply> {
  const wanted = await readTemplate(request);
  const template = existing(request, cloud);
  return saved(request, cloud, { ...template, ...wanted, UpdatedAt: cloud.clock.now() });
}

/** DescribeMediaTemplates: by tag, ids, name (begins with [guess]) and category; only Custom ones exist here. */
export async function listTemplates(request: CloudRequest, cloud: CloudParts): Promise<Reply> {
  const page = readPage(request.query);
  const ids = parameter(request.query, 'ids')?.split(',');
  const name = parameter(request.query, 'name') ?? '';
  const tag = parameter(request.query, 'tag') ?? 'All';
  const isCustom = (parameter(request.query, 'category') ?? 'Custom') === 'Custom';
  const found = cloud.templates
    .all()
    .filter((one) => (ids?.includes(one.TemplateId) ?? true) && one.Name.startsWith(name))
    .filter(() => isCustom && (tag === 'All' || tag === 'Animation'));
  const first = (page.number - 1) * page.size;
  return xmlReply(200, 'Response', {
    RequestId: request.id,
    TotalCount: String(found.length),
    PageNumber: String(page.number),
    PageSize: String(page.size),
    TemplateList: found.slice(first, first + page.size).map((one) => templateTree(one, cloud.bucket)),
  });
}

/** DeleteMediaTemplate answers XML [sdk]. */
export async function deleteTemplate(request: CloudRequest, cloud: CloudParts): Promise<Reply> {
  const { TemplateId } = existing(request, cloud);
  await cloud.templates.remove(TemplateId);
  return xmlReply(200, 'Response', { RequestId: request.id, TemplateId });
}

function existing(request: CloudRequest, cloud: CloudParts): Template {
  const template = cloud.templates.get(request.subject);
  if (template) return template;
  throw new ServiceError(404, 'TemplateNotFound', `Template ${request.subject} does not exist.`);
}

async function saved(request: CloudRequest, cloud: CloudParts, template: Template): Promise<Reply> {
  await cloud.templates.save(template);
  return xmlReply(200, 'Response', { RequestId: request.id, Template: templateTree(template, cloud.bucket) });
}

async function readTemplate(request: CloudRequest): Promise<Pick<Template, 'Name' | 'Animation'>> {
  const root = await readRequestXml(request);
  const tag = textOf(root, 'Tag');
  if (tag !== 'Animation') throw invalidArgument(`Tag is ${tag ?? 'missing'}, expected Animation.`);
  const name = textOf(root, 'Name');
  // Chinese and English letters, digits, `_`, `-`, `*` [doc]; at most 64 characters [guess].
  if (name === undefined || !/^[\p{L}\p{N}_*-]{1,64}$/u.test(name)) {
    throw invalidArgument(
      `Name is ${name ?? 'missing'}, expected up to 64 letters, digits, "_", "-" or "*".`,
    );
  }
  return { Name: name, Animation: readAnimation(root, 'Request') };
}
