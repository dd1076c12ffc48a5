import { FolderError, lockFolder } from '../../emulators/lock-folder.ts';
import { StartError } from '../start-error.ts';

/**
 * Keeps every other start out of DATA_DIR, which is made where it is missing.
 *
 * @returns a function that gives it back
 * @throws StartError when it cannot be used or another start holds it
 */
export async function lockDataDir(dataDir: string): Promise<() => Promise<void>> {
  try {
    return await lockFolder(dataDir);
  } catch (error) {
    throw error instanceof FolderError ? new StartError(`DATA_DIR ${error.message}`) : error;
  }
}
