import { describe, expect, it } from 'vitest';
import { displayBlock, displayLine, webUrl } from './display-text.ts';

describe('displayLine', () => {
  it('leaves ordinary text of any language alone', () => {
    for (const text of ['checkout-7f9c', 'Größe überschritten: 128Mi', 'メモリ不足', 'שגיאה', 'मेमोरी', '👩🏽 done']) expect(displayLine(text)).toBe(text);
  });

  it('makes bidirectional and zero-width characters visible', () => {
    expect(displayLine('pay\u202Etxt.exe')).toBe('pay⟨U+202E⟩txt.exe');
    expect(displayLine('a\u200Bb\u2066c\uFEFFd')).toBe('a⟨U+200B⟩b⟨U+2066⟩c⟨U+FEFF⟩d');
    expect(displayLine('x\u{E0041}y')).toBe('x⟨U+E0041⟩y');
  });

  it('makes control characters and lone surrogates visible', () => {
    expect(displayLine('a\u0000b\u0007c\u009Fd')).toBe('a⟨U+0000⟩b⟨U+0007⟩c⟨U+009F⟩d');
    expect(displayLine('half \uD800.')).toBe('half ⟨U+D800⟩.');
  });

  it('drops terminal colours and folds lines', () => {
    expect(displayLine('\u001b[31mERROR\u001b[0m disk\nfull')).toBe('ERROR disk full');
  });

  it('caps a megabyte and says how long it was', () => {
    const shown = displayLine('x'.repeat(1_048_576), 100);
    expect(shown).toBe(`${'x'.repeat(100)}… [cut: 1,048,576 characters in all]`);
  });

  it('thins out marks stacked on one character', () => {
    expect(displayLine(`a${'\u0301'.repeat(200)}`)).toBe(`a${'\u0301'.repeat(4)}`);
  });
});

describe('displayBlock', () => {
  it('keeps lines and indentation', () => {
    expect(displayBlock('a:\n\tb: 1\r\n  c: 2\n\n')).toBe('a:\n\tb: 1\n  c: 2');
  });

  it('shows a carriage return that would overwrite the line', () => {
    expect(displayBlock('rm -rf /\recho ok')).toBe('rm -rf /⟨U+000D⟩echo ok');
  });
});

describe('webUrl', () => {
  it('passes absolute http and https', () => {
    expect(webUrl('http://prometheus:9090/graph?g0.expr=up')).toBe('http://prometheus:9090/graph?g0.expr=up');
    expect(webUrl('https://runbooks.example.com/a b')).toBe('https://runbooks.example.com/a%20b');
  });

  it.each([
    'javascript:alert(1)',
    ' JaVaScRiPt:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,x',
    '//evil.example.com',
    '/relative',
    '',
    'https://user:secret@example.com/',
    `https://example.com/${'x'.repeat(9_000)}`,
  ])('refuses %j', (text) => {
    expect(webUrl(text)).toBeNull();
  });
});
