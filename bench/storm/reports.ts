interface Line {
  readonly status: string;
  readonly code: string | undefined;
}

interface ReportPage {
  readonly reports: readonly { readonly status: string; readonly cause: { readonly code: string } | null }[];
  readonly next: string | null;
}

/** Waits until nothing is queued or investigated any more; asks seldom, as asking would be measured too. */
export async function untilIdle(url: string): Promise<void> {
  for (;;) {
    const pages = await Promise.all(['queued', 'investigating'].map((status) => pageOf(`${url}/reports?limit=1&status=${status}`)));
    if (pages.every(({ reports }) => reports.length === 0)) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

/** Every report there is. */
export async function listReports(url: string): Promise<readonly Line[]> {
  const lines: Line[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: ReportPage = await pageOf(`${url}/reports?limit=200${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    lines.push(...page.reports.map(({ status, cause }) => ({ status, code: cause?.code })));
    cursor = page.next;
  }
  return lines;
}

async function pageOf(address: string): Promise<ReportPage> {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address} answered ${answer.status}`);
  return (await answer.json()) as ReportPage;
}
