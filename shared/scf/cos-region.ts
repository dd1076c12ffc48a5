/** Two letters for a part of the world, then the place: `ap-guangzhou`, `na-siliconvalley`, `ap-shanghai-fsi`. */
const REGION = /^[a-z]{2}(-[a-z0-9]+)+$/;

/**
 * What events call a region otherwise: `gz`, `cd` [doc 583/9707], `sh`, `bj` [captures]; the rest as the SDK's models of
 * other products write them [sdk], or as COS once named its regions [sdk of 2016]; that events use these too is a guess.
 */
const REGION_CODES: ReadonlyMap<string, string> = new Map([
  ['gz', 'ap-guangzhou'],
  ['sh', 'ap-shanghai'],
  ['bj', 'ap-beijing'],
  ['cd', 'ap-chengdu'],
  ['cq', 'ap-chongqing'],
  ['nj', 'ap-nanjing'],
  ['tj', 'ap-beijing-1'],
  ['hk', 'ap-hongkong'],
  ['tpe', 'ap-taipei'],
  ['sg', 'ap-singapore'],
  ['sgp', 'ap-singapore'],
  ['kr', 'ap-seoul'],
  ['jp', 'ap-tokyo'],
  ['th', 'ap-bangkok'],
  ['in', 'ap-mumbai'],
  ['jkt', 'ap-jakarta'],
  ['ca', 'na-toronto'],
  ['usw', 'na-siliconvalley'],
  ['use', 'na-ashburn'],
  ['sao', 'sa-saopaulo'],
  ['de', 'eu-frankfurt'],
  ['ger', 'eu-frankfurt'],
  ['ru', 'eu-moscow'],
  ['gzopen', 'ap-guangzhou-open'],
  ['bjjr', 'ap-beijing-fsi'],
  ['shjr', 'ap-shanghai-fsi'],
  ['szjr', 'ap-shenzhen-fsi'],
  ['cn-north', 'ap-beijing-1'],
  ['cn-east', 'ap-shanghai'],
  ['cn-south', 'ap-guangzhou'],
  ['cn-southwest', 'ap-chengdu'],
]);

/** The places of a record that may name the region of its bucket; '' when there is none. */
export interface RegionFields {
  readonly cosRegion: string;
  readonly s3Region: string;
  readonly url: string;
  readonly eventQueue: string;
  /** a short code in the documented event */
  readonly region: string;
}

/**
 * The region of a record's bucket: the first word that is a region, else the first that is known to stand for one, else
 * the function's own, since a COS trigger reaches no other [doc].
 * @param ownRegion '' when the platform does not tell
 */
export function regionOf(fields: RegionFields, ownRegion: string): string | undefined {
  const { cosRegion, s3Region, url, eventQueue, region } = fields;
  const named = [cosRegion, s3Region, regionOfUrl(url), regionOfQueue(eventQueue), region];
  const code = named.find((word) => REGION_CODES.has(word));
  return (
    named.find(isRegion) ?? REGION_CODES.get(code ?? '') ?? (isRegion(ownRegion) ? ownRegion : undefined)
  );
}

function isRegion(word: string): boolean {
  return REGION.test(word) && !REGION_CODES.has(word);
}

/** `qcs:0:scf:<region>:appid/…`; `lambda` in place of `scf` until 2019. */
function regionOfQueue(queue: string): string {
  return /^qcs:\d*:(?:scf|lambda):([a-z0-9-]+):/.exec(queue)?.[1] ?? '';
}

/**
 * `<bucket>.cos.<region>.myqcloud.com`, and `.cos<code>.` until 2019. The accelerated host, `.cos.accelerate.`, says
 * nothing of the region, and neither does a domain of the user's own.
 */
function regionOfUrl(url: string): string {
  const [, host = ''] = /^(?:https?:\/\/)?([^/:?#]+)/.exec(url) ?? [];
  return (
    /\.(?:(?:cos|cos-internal|pic)\.|cos)([a-z0-9-]+)\.(?:myqcloud\.com|tencentcos\.cn)$/.exec(host)?.[1] ??
    ''
  );
}
