import type * as Scf from 'tencentcloud-sdk-nodejs-scf/tencentcloud/services/scf/v20180416/scf_models.js';
import * as v from 'valibot';
import { anything, maybeNumber, maybeText, number, object, text } from './request-schema.ts';

export const functionRequest = object<Scf.GetReservedConcurrencyConfigRequest>()({
  FunctionName: text,
  Namespace: maybeText,
});

export const putReservedConcurrencyConfigRequest = object<Scf.PutReservedConcurrencyConfigRequest>()({
  FunctionName: text,
  ReservedConcurrencyMem: number,
  Namespace: maybeText,
});

export const updateFunctionEventInvokeConfigRequest = object<Scf.UpdateFunctionEventInvokeConfigRequest>()({
  FunctionName: text,
  Namespace: maybeText,
  AsyncTriggerConfig: object<Scf.AsyncTriggerConfig>()({
    RetryConfig: v.array(object<Scf.RetryConfig>()({ RetryNum: number })),
    MsgTTL: number,
  }),
});

export const invokeRequest = object<Scf.InvokeRequest>()({
  FunctionName: text,
  InvocationType: maybeText,
  Qualifier: maybeText,
  ClientContext: maybeText,
  LogType: maybeText,
  Namespace: maybeText,
  RoutingKey: maybeText,
});

export const getFunctionLogsRequest = object<Scf.GetFunctionLogsRequest>()({
  FunctionName: maybeText,
  Offset: maybeNumber,
  Limit: maybeNumber,
  Order: maybeText,
  OrderBy: maybeText,
  Filter: v.exactOptional(object<Scf.LogFilter>()({ RetCode: maybeText })),
  Namespace: maybeText,
  Qualifier: maybeText,
  FunctionRequestId: maybeText,
  StartTime: maybeText,
  EndTime: maybeText,
  SearchContext: anything,
});
