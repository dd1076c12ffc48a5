import { ciHost } from '../../../shared/ci/bucket.ts';
import type { XmlElement } from '../../../shared/ci/xml/xml-node.ts';
import { tagOf } from '../../../shared/rules/request-of.ts';
import type { Rule } from '../../../shared/rules/rule.ts';
import { askSigned } from '../ask-signed.ts';
import type { CloudAccess } from '../cloud-access.ts';
import { type Finding, fine, wrong } from '../finding.ts';
import { elementsOf } from '../read-response.ts';
import { permissionMissing } from './refusals.ts';

/** Without a word the API looks through the bucket's own only [doc 460/84739]. */
const CATEGORIES = ['Custom', 'Official'];

/** DescribeMediaTemplates: whether the template of a rule is there, and makes the rule's kind of job. */
export async function templateExists(
  cloud: CloudAccess,
  rule: Rule,
  templateId: string,
  signal: AbortSignal,
): Promise<Finding> {
  const about = `rule ${rule.name}, template ${templateId}`;
  const tag = tagOf(rule.job);
  try {
    const found = await findTemplate(cloud, rule, templateId, signal);
    if (found === undefined) {
      return wrong(
        `${about}: does not exist in ${rule.bucket}`,
        'Create it in the CI console (数据万象, 模板), or correct job.TemplateId in serverless.yml.',
      );
    }
    if (found['Tag'] === tag) return fine(`${about}: exists`);
    return wrong(
      `${about}: is for ${String(found['Tag'])}, and the rule submits ${tag}`,
      'Name a template of that kind in serverless.yml, or the other kind in job.Tag.',
    );
  } catch (error) {
    return permissionMissing(error, about, 'ci:DescribeMediaTemplates');
  }
}

async function findTemplate(
  cloud: CloudAccess,
  rule: Rule,
  templateId: string,
  signal: AbortSignal,
): Promise<XmlElement | undefined> {
  const host = ciHost({ name: rule.bucket, region: rule.region });
  for (const category of CATEGORIES) {
    const query = { category, ids: templateId };
    const answer = await askSigned(
      cloud,
      { method: 'GET', service: 'ci', host, path: '/template', query },
      signal,
    );
    const found = elementsOf(answer, 'TemplateList').find(({ TemplateId }) => TemplateId === templateId);
    if (found !== undefined) return found;
  }
  return undefined;
}
