/** What every process of the soak does: reads its settings, says that it is ready, and ends when it is told to. */
export function readSettings<Settings>(): Settings {
  process.on('disconnect', () => process.exit(1));
  const settings: Settings = JSON.parse(process.env['SOAK'] ?? '{}');
  delete process.env['SOAK'];
  return settings;
}

export function ready(close: () => Promise<void>): void {
  process.on('SIGTERM', () => {
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
  process.send?.('ready');
}
