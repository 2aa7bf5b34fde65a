import { createServer } from 'node:http';

/** The baseline in bare node:http: parses a delivery and answers with links. Stores nothing. `node bare-server.ts PORT`. */
createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const { alerts } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { alerts: { fingerprint: string; labels: Record<string, string> }[] };
    const body = JSON.stringify({
      status: 'success',
      message: 'Alerts queued for analysis',
      report_urls: alerts.map(({ fingerprint, labels }) => ({
        fingerprint,
        alert_name: labels['alertname'],
        namespace: labels['namespace'] ?? 'Unknown',
        report_url: `http://localhost:8001/report/${fingerprint}`,
      })),
    });
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }).end(body);
  });
}).listen(Number(process.argv[2]), '127.0.0.1');
