/** Copies what stands in the code beside a button, exactly as it is seen. Works for buttons that come later, too. */
export function startCopying(): void {
  const status = document.createElement('div');
  status.className = 'hidden';
  status.setAttribute('role', 'status');
  document.body.append(status);

  document.addEventListener('click', (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLButtonElement>('button[data-copy]') : null;
    const code = button?.parentElement?.querySelector('code');
    if (!button || !code) return;
    void copy(code).then((copied) => {
      button.textContent = copied ? 'Copied' : 'Select it';
      status.textContent = copied ? 'Copied to the clipboard' : 'The browser does not allow copying; the text is selected';
      setTimeout(() => {
        button.textContent = 'Copy';
        status.textContent = '';
      }, 2_500);
    });
  });
}

/** The clipboard interface exists only on https and localhost; elsewhere the older way is tried, and if all fails the text stays selected. */
async function copy(code: Element): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(code.textContent ?? '');
    return true;
  } catch {
    const selection = getSelection();
    selection?.selectAllChildren(code);
    return document.execCommand('copy');
  }
}
