import type * as Scf from 'tencentcloud-sdk-nodejs-scf/tencentcloud/services/scf/v20180416/scf_models.js';
import * as v from 'valibot';
import { maybeNumber, maybeText, object, text } from './request-schema.ts';

const trigger = {
  FunctionName: text,
  TriggerName: text,
  Type: text,
  TriggerDesc: maybeText,
  Namespace: maybeText,
  Qualifier: maybeText,
};

const filters = v.exactOptional(v.array(object<Scf.Filter>()({ Name: text, Values: v.array(text) })));

export const listTriggersRequest = object<Scf.ListTriggersRequest>()({
  FunctionName: text,
  Namespace: maybeText,
  Offset: maybeNumber,
  Limit: maybeNumber,
  OrderBy: maybeText,
  Order: maybeText,
  Filters: filters,
});

export const createTriggerRequest = object<Scf.CreateTriggerRequest & Scf.UpdateTriggerRequest>()({
  ...trigger,
  Enable: maybeText,
  CustomArgument: maybeText,
  Description: maybeText,
});

export const deleteTriggerRequest = object<Scf.DeleteTriggerRequest>()(trigger);

const endpoints = v.array(
  object<Scf.EndpointsConf>()({
    Namespace: text,
    FunctionName: text,
    Qualifier: text,
    PathMatch: text,
    PathRewrite: v.exactOptional(
      v.array(object<Scf.PathRewriteRule>()({ Path: text, Type: text, Rewrite: text })),
    ),
  }),
);

const certConfig = v.exactOptional(object<Scf.CertConf>()({ CertificateId: maybeText }));

const wafConfig = v.exactOptional(object<Scf.WafConf>()({ WafOpen: maybeText, WafInstanceId: maybeText }));

export const createCustomDomainRequest = object<Scf.CreateCustomDomainRequest>()({
  Domain: text,
  Protocol: text,
  EndpointsConfig: endpoints,
  CertConfig: certConfig,
  WafConfig: wafConfig,
  Tags: v.exactOptional(v.array(object<Scf.Tag>()({ Key: text, Value: text }))),
});

export const updateCustomDomainRequest = object<Scf.UpdateCustomDomainRequest>()({
  Domain: text,
  Protocol: maybeText,
  EndpointsConfig: v.exactOptional(endpoints),
  CertConfig: certConfig,
  WafConfig: wafConfig,
});

export const listCustomDomainsRequest = object<Scf.ListCustomDomainsRequest>()({
  Offset: maybeNumber,
  Limit: maybeNumber,
  OrderBy: maybeText,
  Order: maybeText,
  Filters: filters,
});

export const customDomainRequest = object<Scf.GetCustomDomainRequest>()({ Domain: maybeText });
