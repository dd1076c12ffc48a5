import type * as Scf from 'tencentcloud-sdk-nodejs-scf/tencentcloud/services/scf/v20180416/scf_models.js';
import * as v from 'valibot';
import { anything, maybeFlag, maybeNumber, maybeText, object, text } from './request-schema.ts';

const filters = v.exactOptional(v.array(object<Scf.Filter>()({ Name: text, Values: v.array(text) })));
const tags = v.exactOptional(v.array(object<Scf.Tag>()({ Key: text, Value: text })));

const environment = v.exactOptional(
  object<Scf.Environment>()({
    Variables: v.exactOptional(v.array(object<Scf.Variable>()({ Key: maybeText, Value: maybeText }))),
  }),
);

const code = object<Scf.Code>()({
  ZipFile: maybeText,
  CosBucketName: anything,
  CosObjectName: anything,
  CosBucketRegion: anything,
  DemoId: anything,
  TempCosObjectName: anything,
  GitUrl: anything,
  GitUserName: anything,
  GitPassword: anything,
  GitPasswordSecret: anything,
  GitBranch: anything,
  GitDirectory: anything,
  GitCommitId: anything,
  GitUserNameSecret: anything,
  ImageConfig: anything,
});

const vpcConfig = v.exactOptional(object<Scf.VpcConfig>()({ VpcId: maybeText, SubnetId: maybeText }));

const deadLetterConfig = v.exactOptional(
  object<Scf.DeadLetterConfig>()({ Type: text, Name: text, FilterType: maybeText }),
);

const publicNetConfig = v.exactOptional(
  object<Scf.PublicNetConfigIn>()({
    PublicNetStatus: text,
    EipConfig: v.exactOptional(object<Scf.EipConfigIn>()({ EipStatus: text })),
  }),
);

/** What CreateFunction and UpdateFunctionConfiguration both take. */
const configuration = {
  Description: maybeText,
  MemorySize: maybeNumber,
  Timeout: maybeNumber,
  Runtime: maybeText,
  Environment: environment,
  Namespace: maybeText,
  VpcConfig: vpcConfig,
  Role: maybeText,
  InstallDependency: maybeText,
  ClsLogsetId: maybeText,
  ClsTopicId: maybeText,
  Layers: anything,
  DeadLetterConfig: deadLetterConfig,
  PublicNetConfig: publicNetConfig,
  CfsConfig: anything,
  InitTimeout: maybeNumber,
  ProtocolParams: anything,
  InstanceConcurrencyConfig: anything,
  DnsCache: maybeText,
  IntranetConfig: anything,
};

export const createFunctionRequest = object<Scf.CreateFunctionRequest>()({
  ...configuration,
  FunctionName: text,
  Code: code,
  Handler: maybeText,
  Type: maybeText,
  CodeSource: maybeText,
  Tags: tags,
  AsyncRunEnable: maybeText,
  TraceEnable: maybeText,
  AutoDeployClsTopicIndex: maybeText,
  AutoCreateClsTopic: maybeText,
  ProtocolType: maybeText,
});

export const updateFunctionConfigurationRequest = object<Scf.UpdateFunctionConfigurationRequest>()({
  ...configuration,
  FunctionName: text,
  Publish: maybeText,
  L5Enable: maybeText,
  IgnoreSysLog: maybeFlag,
});

export const updateFunctionCodeRequest = object<Scf.UpdateFunctionCodeRequest>()({
  FunctionName: text,
  Handler: maybeText,
  CosBucketName: anything,
  CosObjectName: anything,
  ZipFile: maybeText,
  Namespace: maybeText,
  CosBucketRegion: anything,
  InstallDependency: maybeText,
  EnvId: maybeText,
  Publish: maybeText,
  Code: v.exactOptional(code),
  CodeSource: maybeText,
});

export const getFunctionRequest = object<Scf.GetFunctionRequest>()({
  FunctionName: maybeText,
  Qualifier: maybeText,
  Namespace: maybeText,
  ShowCode: maybeText,
});

export const functionVersionRequest = object<Scf.DeleteFunctionRequest & Scf.GetFunctionAddressRequest>()({
  FunctionName: text,
  Namespace: maybeText,
  Qualifier: maybeText,
});

export const listFunctionsRequest = object<Scf.ListFunctionsRequest>()({
  Order: maybeText,
  Orderby: maybeText,
  Offset: maybeNumber,
  Limit: maybeNumber,
  SearchKey: maybeText,
  Namespace: maybeText,
  Description: maybeText,
  Filters: filters,
});
