// A handler that does nothing: what Node and the platform's own call cost.
exports.main_handler = async () => ({ statusCode: 200, body: '' });
