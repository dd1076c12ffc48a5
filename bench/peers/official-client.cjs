// The official client of Node, as somebody sets it up for one bucket: `ask(method, key, body)` is one question to CI.
const COS = require('cos-nodejs-sdk-v5');

const [bucket, region] = process.env.CI_BUCKETS.split(',')[0].split('@');
const cos = new COS({
  SecretId: process.env.TENCENTCLOUD_SECRETID,
  SecretKey: process.env.TENCENTCLOUD_SECRETKEY,
  Protocol: 'http:',
});
const host = `${bucket}.ci.${region}.myqcloud.com`;

const ask = (method, key, body) =>
  cos.request({
    Bucket: bucket,
    Region: region,
    Method: method,
    Key: key,
    Url: `${process.env.CI_ENDPOINT}/${key}`,
    Headers: body === undefined ? { host } : { host, 'content-type': 'application/xml' },
    ...(body === undefined ? {} : { Body: COS.util.json2xml(body) }),
  });

module.exports = { ask, bucket, region };
