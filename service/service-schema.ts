import * as v from 'valibot';
import { optionalText, textOf } from './field-schemas.ts';
import { functionSchema } from './function-schema.ts';
import {
  CERTIFICATE_ID,
  DOMAIN_NAME,
  ENVIRONMENT_NAME,
  FUNCTION_NAME,
  REGION,
  ROLE_NAME,
  SERVICE_NAME,
  STAGE,
  SUBNET_ID,
  VPC_ID,
} from './platform-limits.ts';

const functionName = textOf(
  FUNCTION_NAME,
  '2–60 letters, digits, _ and -, a letter first, a letter or digit last',
);

const vpc = v.pipe(
  v.strictObject({
    vpcId: optionalText(VPC_ID, 'a VPC such as vpc-1a2b3c4d'),
    subnetId: optionalText(SUBNET_ID, 'a subnet such as subnet-1a2b3c4d'),
  }),
  v.check(
    ({ vpcId, subnetId }) => (vpcId === '') === (subnetId === ''),
    'both vpcId and subnetId, or neither',
  ),
);

const domain = v.pipe(
  v.strictObject({
    name: optionalText(DOMAIN_NAME, 'a domain such as jobs.example.com'),
    certificateId: optionalText(CERTIFICATE_ID, 'the id of a certificate, such as a1B2c3D4'),
  }),
  v.check(
    ({ name, certificateId }) => (name === '') === (certificateId === ''),
    'both name and certificateId, or neither: tokens do not travel without TLS',
  ),
);

/** `NAME`, or `NAME or OTHER` of which one is enough. */
const required = v.pipe(
  v.string('NAME, or NAME or OTHER'),
  v.transform((text) => text.split(' or ')),
  v.check((names) => names.every((name) => ENVIRONMENT_NAME.test(name)), 'NAME, or NAME or OTHER'),
);

/** The part of Serverless' format that we use; unknown keys are refused, so that a slip is not simply ignored. */
export const serviceSchema = v.strictObject({
  service: textOf(SERVICE_NAME, 'two or more letters, digits and -, a letter first'),
  configValidationMode: v.literal('error', 'error, since by default Serverless only warns'),
  useDotenv: v.optional(v.literal(true)),
  plugins: v.optional(v.array(v.string())),
  provider: v.strictObject({
    name: v.literal('tencent'),
    stage: v.optional(textOf(STAGE, 'letters, digits and -'), 'dev'),
    region: textOf(REGION, 'a region such as ap-guangzhou'),
    runtime: textOf(/./, 'a runtime such as Nodejs20.19'),
    role: v.optional(optionalText(ROLE_NAME, 'the name of a role'), ''),
    vpc: v.exactOptional(vpc),
  }),
  custom: v.optional(
    v.strictObject({
      required: v.optional(v.array(required, 'a list of environment variables'), []),
      domain: v.exactOptional(domain),
      rules: v.optional(v.array(v.unknown(), 'a list of rules'), []),
    }),
    {},
  ),
  functions: v.record(functionName, functionSchema),
});
