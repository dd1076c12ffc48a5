/** How each official client is pointed at the emulator: its address, the pair of keys, a bucket and its region. */
export interface Reachable {
  readonly url: string;
  readonly bucket: string;
  readonly region: string;
  readonly secretId: string;
  readonly secretKey: string;
}

export const USAGE = `jobwatch emulator            Cloud Infinite + COS on this machine, without the rest of Jobwatch

  --port <number>    of 127.0.0.1 (9000); 0 for any free port
  --data <folder>    objects, jobs and templates (.local); a folder that npm start uses is locked
  --no-ffmpeg        jobs end after some seconds and make no picture
  --json             what happens, one line of JSON each
  --help             prints this

LOCAL_SECRET_ID and LOCAL_SECRET_KEY are the pair of keys it takes (jobwatch-local, jobwatch-local-secret),
LOCAL_BUCKETS the buckets beside media-1250000000: other-1250000000/ap-shanghai,third-1250000000/ap-beijing
`;

/** One line for each official client, in the words of its own documentation [sdk]. */
export function howToReach({ url, bucket, region, secretId, secretKey }: Reachable): string[] {
  const { host } = new URL(url);
  return [
    `page       ${url}/_control`,
    `keys       SecretId ${secretId}, SecretKey ${secretKey}; bucket ${bucket} in ${region}`,
    `Node.js    new COS({ SecretId, SecretKey, Protocol: 'http:', Domain: '${host}' })`,
    `browser    new COS({ SecretId, SecretKey, Protocol: 'http:', Domain: '${host}' })`,
    `Python     CosConfig(Region='${region}', SecretId=…, SecretKey=…, Domain='${host}', Scheme='http')`,
    `Go         cos.NewClient(&cos.BaseURL{BucketURL: u, CIURL: u}, …), u, _ := url.Parse("${url}")`,
    `Java       config.setEndpointBuilder(new UserSpecifiedEndpointBuilder("${host}", "${host}"));`,
    `           config.setHttpProtocol(HttpProtocol.http)`,
    `PHP        new Qcloud\\Cos\\Client(['schema' => 'http', 'domain' => '${host}', 'region' => '${region}', …])`,
  ];
}
