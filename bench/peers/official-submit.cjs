// What somebody writes with the official client of Node: each object that is created becomes a job at once. It keeps
// nothing: an event that comes twice is two jobs, and one that is killed is none.
const COS = require('cos-nodejs-sdk-v5');

const [bucket, region] = process.env.CI_BUCKETS.split(',')[0].split('@');
const cos = new COS({
  SecretId: process.env.TENCENTCLOUD_SECRETID,
  SecretKey: process.env.TENCENTCLOUD_SECRETKEY,
  Protocol: 'http:',
});
const host = `${bucket}.ci.${region}.myqcloud.com`;

exports.main_handler = async (event) => {
  for (const { cos: record } of event.Records) {
    const key = record.cosObject.key.split('/').slice(3).join('/');
    if (!key.startsWith('clips/') || !key.endsWith('.mp4')) continue;
    await cos.request({
      Bucket: bucket,
      Region: region,
      Method: 'POST',
      Key: 'jobs',
      Url: `${process.env.CI_ENDPOINT}/jobs`,
      Headers: { host, 'content-type': 'application/xml' },
      Body: COS.util.json2xml({
        Request: {
          Tag: 'Animation',
          Input: { Object: key },
          Operation: {
            Animation: { Container: { Format: 'gif' }, Video: { Codec: 'gif', Width: 320, Fps: 12 } },
            Output: { Region: region, Bucket: bucket, Object: `gifs/${key}.gif` },
          },
        },
      }),
    });
  }
};
