/** [doc 583/64369] */
const CNAME =
  "Add a CNAME record of the domain, to <appid>.<region>.tencentscf.com with the account's APPID and the functions' region, and run the command again once it is known.";

/** The longest prefix that fits a code wins. Codes: the API's documented list [doc 583/30771]. */
const REMEDIES: Readonly<Record<string, string>> = {
  AuthFailure:
    'Check TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY (and the session token of temporary credentials).',
  'AuthFailure.SignatureExpire': "Set this machine's clock: it may differ by at most five minutes.",
  'AuthFailure.TokenFailure': 'The session token is wrong or has run out: fetch new temporary credentials.',
  'AuthFailure.UnauthorizedOperation': 'Give the deployer the policy that `npx osls policy` prints.',
  UnauthorizedOperation: 'Give the deployer the policy that `npx osls policy` prints.',
  'UnauthorizedOperation.Role': 'Let SCF read the bucket: authorise it once in the SCF console.',
  'UnauthorizedOperation.Region': 'Choose a region in which SCF is open to this account.',
  LimitExceeded: 'Ask for a larger quota in the SCF console, or ask for less in serverless.yml.',
  'LimitExceeded.Function': 'Delete functions that nobody uses, or ask for a larger quota.',
  'LimitExceeded.Trigger': 'A function takes ten triggers of one type: use fewer rules or timers.',
  'LimitExceeded.FunctionReservedConcurrencyMemory':
    'instances × memorySize of all functions must leave 12800 MB of the quota free: lower `instances`.',
  'FailedOperation.ReservedExceedTotal':
    'instances × memorySize of all functions must leave 12800 MB of the quota free: lower `instances`.',
  ResourceNotFound: 'Something that serverless.yml names does not exist in this account and region.',
  'ResourceNotFound.Function': 'Deploy it first: `npx osls deploy`.',
  'ResourceNotFound.Role': 'Create the role: docs/permissions.md, `npx osls policy`.',
  'FailedOperation.QcsRoleNotFound': 'Create the role: docs/permissions.md, `npx osls policy`.',
  'ResourceNotFound.Vpc': 'Check the ids of the VPC and the subnet, and that both lie in this region.',
  'ResourceNotFound.Cos': "Check the bucket's name and that it lies in this region.",
  ResourceInUse: 'Somebody else holds that name: choose another, or remove theirs.',
  'ResourceInUse.Cos': 'Another function has a trigger for these objects: remove it, or change the rule.',
  'InvalidParameterValue.CosNotifyRuleConflict':
    'Another trigger of this bucket catches the same objects: remove it, or change the prefix or suffix.',
  InvalidParameter: 'Correct the value in serverless.yml.',
  'InvalidParameterValue.EnvironmentExceededLimit':
    'The environment may take 4 KB: the URLs of the other functions are added to what serverless.yml says.',
  MissingParameter: 'This version of the deployment does not fit the API: please report it.',
  'FailedOperation.CNAME': CNAME,
  'FailedOperation.DomainNotCname': CNAME,
  'InvalidParameterValue.Domain': 'Correct CUSTOM_DOMAIN: a name of your own such as jobs.example.com.',
  FailedOperation: 'Wait a minute and run the command again: it goes on where it stopped.',
  'FailedOperation.InsufficientBalance': 'The account is in arrears: top it up.',
  'ResourceUnavailable.InsufficientBalance': 'The account is in arrears: top it up.',
  'FailedOperation.UnOpenedService': 'Open the SCF console once and activate the service.',
  RequestLimitExceeded: 'Somebody else uses up the rate of this account: run the command again later.',
  InternalError: 'Tencent Cloud failed: run the command again, it goes on where it stopped.',
  NetworkError: 'Check the connection to the API, then run the command again: it goes on where it stopped.',
  UnsupportedOperation: 'This region or account does not offer what serverless.yml asks for.',
  OperationDenied: 'The account is restricted: see the message in its console.',
};

const DEFAULT_REMEDY = 'Run the command again; if it stays, look the code up in the documentation of SCF.';

/** What a person can do about an error of this code. */
export function remedyFor(code: string): string {
  const fitting = Object.keys(REMEDIES).filter((prefix) => code.startsWith(prefix));
  const [longest = ''] = fitting.sort((a, b) => b.length - a.length);
  return REMEDIES[longest] ?? DEFAULT_REMEDY;
}
