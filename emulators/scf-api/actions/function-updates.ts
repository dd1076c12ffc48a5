import { timeText } from '../account.ts';
import { action, functionNamed } from '../action.ts';
import { ApiError } from '../api-error.ts';
import { updateFunctionCodeRequest, updateFunctionConfigurationRequest } from '../function-requests.ts';
import { checkConfiguration, checkHandler, readZip } from '../platform-rules.ts';
import { assertSettled } from '../settle.ts';

export const updateFunctionCode = action(updateFunctionCodeRequest, (input, { account, settling }) => {
  const fn = functionNamed(account, input);
  checkHandler(input.Handler);
  const zip = readZip(input.ZipFile ?? input.Code?.ZipFile, 'update');
  assertSettled(fn, 'FailedOperation.UpdateFunctionCode');
  const { configuration } = fn.asked;
  fn.asked = {
    zip,
    configuration: input.Handler === undefined ? configuration : { ...configuration, Handler: input.Handler },
  };
  fn.modTime = timeText();
  settling.start(account, fn, 'Updating');
  return {};
});

/** What is left out stays as it is; an environment is replaced as a whole [guess]. */
export const updateFunctionConfiguration = action(
  updateFunctionConfigurationRequest,
  (input, { account, settling }) => {
    const fn = functionNamed(account, input);
    const { FunctionName, Namespace, Publish, L5Enable, IgnoreSysLog, ...given } = input;
    checkConfiguration(account, given);
    if (given.Runtime !== undefined && given.Runtime !== fn.asked.configuration.Runtime)
      throw new ApiError('InvalidParameterValue.Runtime', 'The runtime of a function cannot be changed.');
    assertSettled(fn, 'FailedOperation.UpdateFunctionConfiguration');
    fn.asked = { ...fn.asked, configuration: { ...fn.asked.configuration, ...given } };
    fn.modTime = timeText();
    settling.start(account, fn, 'Updating');
    return {};
  },
);
