/** The rules of serverless.yml, checked and put into the bundle by the build. */
declare module 'jobwatch:rules' {
  const rules: readonly import('../shared/rules/rule.ts').Rule[];
  export default rules;
}
