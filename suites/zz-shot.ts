import { launchBrowser } from './pages/launch-browser.ts';
const b = await launchBrowser();
const p = await b.newPage({ viewport: { width: 390, height: 844 } });
await p.goto(process.argv[2] ?? '');
await p.waitForTimeout(1500);
await p.screenshot({ path: process.argv[3] ?? '/tmp/x.png', fullPage: process.argv[4] === 'full' });
console.log(await p.evaluate(() => [document.documentElement.scrollWidth, document.querySelector('main')?.innerText.slice(0, 900)]));
await b.close();
