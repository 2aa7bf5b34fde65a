import { DatabaseSync } from 'node:sqlite';

/** Resolves when the search index of a store holds every episode that its file holds. */
export async function wordsEntered(file: string): Promise<void> {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const behind = database.prepare(`SELECT 1 FROM totals WHERE name = 'words' AND value < coalesce((SELECT max(seq) FROM episodes), 0)`);
    while (behind.get() !== undefined) await new Promise((resolve) => setTimeout(resolve, 10));
  } finally {
    database.close();
  }
}
