// What serverless.yml names as its plugin. osls loads plain JavaScript; from here on it is TypeScript, without a build.
'use strict';

require('tsx/cjs/api').register();
const { TencentProvider } = require('./tencent-provider.ts');

module.exports = TencentProvider;
