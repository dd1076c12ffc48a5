<?php
// WEBHOOK_SECRET=whsec_… php -S 127.0.0.1:8080 receiver.php

const TOLERANCE_SECONDS = 300;

// verify
function isOurs(string $secret, array $headers, string $body): bool
{
    $id = $headers['webhook-id'] ?? '';
    $timestamp = $headers['webhook-timestamp'] ?? '';
    if (!ctype_digit($timestamp) || abs(time() - (int) $timestamp) > TOLERANCE_SECONDS) {
        return false;
    }
    $key = base64_decode(preg_replace('/^whsec_/', '', $secret));
    $expected = 'v1,' . base64_encode(hash_hmac('sha256', "$id.$timestamp.$body", $key, true));
    foreach (explode(' ', $headers['webhook-signature'] ?? '') as $given) {
        if (hash_equals($expected, $given)) {
            return true;
        }
    }
    return false;
}
// end

$body = file_get_contents('php://input');
if (!isOurs(getenv('WEBHOOK_SECRET'), array_change_key_case(getallheaders()), $body)) {
    http_response_code(401);
    return;
}
http_response_code(204);
$event = json_decode($body, true);
// In a table of yours, for longer than a day: a file is enough to show it.
$seen = sys_get_temp_dir() . '/jobwatch-' . hash('sha256', $event['id']);
if (@fopen($seen, 'x')) {
    error_log("{$event['id']} {$event['type']}");
}
