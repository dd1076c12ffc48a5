import type { CloudParts } from '../cloud.ts';
import type { CloudRequest } from '../cloud-request.ts';
import { readCosXml } from '../read-request-xml.ts';
import { emptyReply, type Reply, xmlReply } from '../reply.ts';
import { invalidArgument } from '../service-error.ts';
import type { XmlTree } from '../xml/write-xml.ts';
import { elementOf, elementsOf, textOf } from '../xml/xml-fields.ts';
import { ownerOf } from './get-bucket.ts';
import { noSuchKey } from './get-object.ts';

const NAMES = [
  'default',
  'private',
  'public-read',
  'authenticated-read',
  'bucket-owner-read',
  'bucket-owner-full-control',
];
const ALL_USERS = 'http://cam.qcloud.com/groups/global/AllUsers';
const PERMISSIONS = ['READ', 'WRITE', 'READ_ACP', 'WRITE_ACP', 'FULL_CONTROL'];

interface Grant {
  readonly grantee: string;
  readonly permission: string;
}

/** PUT Object acl: by `x-cos-acl`, by `x-cos-grant-*`, or as a document [doc]. It is kept and told; nobody is let in by it. */
export async function putObjectAcl(request: CloudRequest, cloud: CloudParts): Promise<Reply> {
  const acl = await readAcl(request);
  if ((await cloud.objects.note(request.subject, { acl })) === undefined) throw noSuchKey(request.subject);
  return emptyReply(200);
}

export async function getObjectAcl(request: CloudRequest, cloud: CloudParts): Promise<Reply> {
  const info = await cloud.objects.info(request.subject);
  if (info === undefined) throw noSuchKey(request.subject);
  const owner = ownerId(cloud.bucket);
  const grants = grantsOf(info.acl ?? 'default', owner);
  const reply = xmlReply(200, 'AccessControlPolicy', {
    Owner: { ID: owner, DisplayName: owner },
    AccessControlList: { Grant: grants.map(grantTree) },
  });
  const isName = NAMES.includes(info.acl ?? 'default');
  return isName ? { ...reply, headers: { ...reply.headers, 'x-cos-acl': info.acl ?? 'default' } } : reply;
}

async function readAcl(request: CloudRequest): Promise<string> {
  const { headers } = request;
  const named = headers['x-cos-acl'];
  if (typeof named === 'string') {
    if (!NAMES.includes(named))
      throw invalidArgument(`x-cos-acl is ${named}, expected one of ${NAMES.join(', ')}.`);
    return named;
  }
  const byHeader = PERMISSIONS.flatMap((permission) => {
    const name = `x-cos-grant-${permission.toLowerCase().replace('_', '-')}`;
    const value = headers[name];
    if (typeof value !== 'string') return [];
    return [...value.matchAll(/id="([^"]+)"/g)].map(([, grantee = '']) => ({ grantee, permission }));
  });
  if (byHeader.length > 0) return JSON.stringify(byHeader);
  const root = await readCosXml(request, 'AccessControlPolicy');
  const grants = elementsOf(elementOf(root, 'AccessControlList'), 'Grant').map((grant): Grant => {
    const grantee = elementOf(grant, 'Grantee');
    return {
      grantee: textOf(grantee, 'ID') ?? textOf(grantee, 'URI') ?? '',
      permission: textOf(grant, 'Permission') ?? '',
    };
  });
  const wrong = grants.find(({ grantee, permission }) => grantee === '' || !PERMISSIONS.includes(permission));
  if (wrong !== undefined)
    throw invalidArgument(
      `Grant names ${wrong.grantee} and ${wrong.permission}, expected a grantee and a permission.`,
    );
  return JSON.stringify(grants);
}

function grantsOf(acl: string, owner: string): Grant[] {
  const own = { grantee: owner, permission: 'FULL_CONTROL' };
  if (!NAMES.includes(acl)) return JSON.parse(acl) as Grant[];
  return acl === 'public-read' ? [own, { grantee: ALL_USERS, permission: 'READ' }] : [own];
}

/** The type of a grantee stands in an attribute [doc], which is left out: clients read the nodes [sdk]. */
function grantTree({ grantee, permission }: Grant): XmlTree {
  const Grantee = /^https?:/.test(grantee) ? { URI: grantee } : { ID: grantee, DisplayName: grantee };
  return { Grantee, Permission: permission };
}

function ownerId(bucket: string): string {
  const account = ownerOf(bucket);
  return `qcs::cam::uin/${account}:uin/${account}`;
}
