/** What a function is called in the account: stages live side by side. The role it runs as has the same name. */
export function cloudName(service: string, stage: string, functionName: string): string {
  return `${service}-${stage}-${functionName}`;
}
