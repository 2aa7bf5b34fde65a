import chromium from '@sparticuz/chromium';
import { type Browser, chromium as playwright } from 'playwright-core';

/**
 * A real browser out of an npm package. Not with the package's own arguments: those switch off web security, which is part of what is tested.
 * It needs the system libraries libnss3 and libnspr4.
 */
export async function launchBrowser(): Promise<Browser> {
  return playwright.launch({
    executablePath: await chromium.executablePath(),
    args: ['--no-sandbox', '--headless=shell', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'],
  });
}
