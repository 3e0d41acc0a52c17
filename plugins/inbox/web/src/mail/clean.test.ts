import { describe, expect, it } from 'vitest';
import { cleanMail, fitStyle, hostOf, namesAnotherHost, styleAside } from './clean';
import { saysMoreThanText } from './says';

const box = (html: string, picture: (id: string) => string | null = () => null) => {
  const cleaned = cleanMail(html, { picture }, 'Earlier messages');
  const div = document.createElement('div');
  div.append(cleaned.fragment);
  return { div, cleaned };
};

describe('cleanMail', () => {
  it('leaves nothing that runs, loads, sends or covers', () => {
    const { div } = box(
      '<script>x()</script><img src=http://leak.test/a onerror=x()><svg onload=x()></svg><form action=http://leak.test><input></form><iframe src=http://leak.test></iframe>' +
        '<style>p{}</style><link rel=stylesheet href=http://leak.test><base href=http://leak.test><meta http-equiv=refresh content=0><video src=http://leak.test></video><object data=x></object>' +
        '<a href="javascript:x()">j</a><a href=" data:text/html,x">d</a><p id=a name=b class=c style="background:url(http://leak.test/b);position:fixed;color:red">p</p><math><mtext></mtext></math>' +
        '<td background=http://leak.test/c>cell</td><img srcset="http://leak.test/d 2x"><button popovertarget=a>b</button>',
    );
    expect(div.innerHTML).not.toMatch(/leak\.test|onerror|onload|<(?:script|svg|form|input|iframe|style|link|base|meta|video|object|math|button)/i);
    expect([...div.querySelectorAll('a')].every((a) => !a.hasAttribute('href'))).toBe(true);
    expect(box('<a href="/inbox">x</a><a href="//leak.test/">y</a>').div.innerHTML).toBe('<a>x</a><a>y</a>');
    const p = div.querySelector('p')!;
    expect(p.getAttributeNames()).toEqual(['data-style']);
    expect(p.getAttribute('data-style')).toBe('color:red');
  });
  it('holds pictures from elsewhere back and shows those in the mail', () => {
    const { div, cleaned } = box('<img data-remote-src="https://shop.example/a.png"><img src="cid:logo@x" alt="Logo"><img src="cid:none"><img data-remote-src="javascript:x()">', (id) => (id === 'logo@x' ? '/api/p' : null));
    expect(cleaned.remote).toBe(1);
    expect([...div.querySelectorAll('img')].map((img) => img.getAttribute('src'))).toEqual([null, '/api/p', null, null]);
  });
  it('folds what Outlook quotes below its header lines, and nothing of a mail that only forwards', () => {
    const head = (from: string, sent: string, to: string) => `<div><div style="border:none;border-top:solid #E1E1E1 1.0pt"><p><b>${from}:</b> Shop &lt;hello@shop.example&gt;<br><b>${sent}:</b> Monday, 2 March 2026 10:00<br><b>${to}:</b> Maya</p></div></div>`;
    const quoted = '<p>' + 'What was said before. '.repeat(8) + '</p>';
    for (const words of [['From', 'Sent', 'To'], ['Von', 'Gesendet', 'An'], ['De', 'Envoyé', 'À']] as [string, string, string][]) {
      const { div } = box(`<div><p>New words.</p><p>Maya</p><hr>${head(...words)}${quoted}</div><p>behind</p>`);
      const fold = div.querySelector('details')!;
      expect(fold.textContent).toMatch(/^Earlier messages.*What was said before\..*behind$/s);
      fold.remove();
      expect(div.textContent!.trim()).toBe('New words.Maya');
    }
    expect(box(head('From', 'Sent', 'To') + quoted).div.querySelector('details')).toBeNull();
    expect(box('<p>New words.</p><p>From: here to there it is far.</p>' + quoted).div.querySelector('details')).toBeNull();
  });
  it('opens links apart and says where they lead', () => {
    const { div } = box('<a href="https://www.shop.example/x">our shop</a> <a href="https://evil.example/">https://bank.example/login</a> <a href="https://shop.example/y">shop.example</a> <a href="mailto:a@b.example">a@b.example</a>');
    const [shop, evil, same, mail] = [...div.querySelectorAll('a')];
    expect(shop.getAttribute('rel')).toContain('noopener');
    expect(shop.target).toBe('_blank');
    expect(shop.getAttribute('data-host')).toBe('shop.example');
    expect(evil.getAttribute('data-other')).toBe('evil.example');
    expect(same.hasAttribute('data-host') || same.hasAttribute('data-other')).toBe(false);
    expect(mail.getAttribute('href')).toBe('mailto:a@b.example');
  });
  it('folds long quotes once, and leaves short ones', () => {
    const { div } = box(`<blockquote>${'words '.repeat(60)}<blockquote>${'older '.repeat(60)}</blockquote></blockquote><blockquote>short</blockquote>`);
    expect(div.querySelectorAll('details').length).toBe(1);
    expect(div.querySelector('summary')?.textContent).toBe('Earlier messages');
  });
  it('knows when a mail brings its own colours', () => {
    expect(box('<p>plain</p>').cleaned.ownColours).toBe(false);
    expect(box('<table bgcolor="#fff"><tr><td>x</td></tr></table>').cleaned.ownColours).toBe(true);
    expect(box('<p style="margin:0;background-color:#fff">x</p>').cleaned.ownColours).toBe(true);
  });
});

describe('small questions', () => {
  it('how styles wait: under another name, in tags alone', () => {
    expect(styleAside('<p style="color:red">a style="b" <b STYLE=x>')).toBe('<p data-style="color:red">a style="b" <b data-style=x>');
  });
  it('which declarations are fit', () => {
    expect(fitStyle('color: red; position: fixed; background: url(x); width: 10px; --x: 1; top: 0; behavior: y')).toBe('color: red; width: 10px');
    expect(fitStyle('backgr\\6fund: x')).toBe('');
  });
  it('where a link leads', () => {
    expect(hostOf('https://www.a.example:8443/x')).toBe('a.example:8443');
    expect(hostOf('mailto:a@b.example')).toBe('');
    expect(namesAnotherHost('go to www.bank.example now', 'evil.example')).toBe(true);
    expect(namesAnotherHost('bank.example', 'login.bank.example')).toBe(false);
    expect(namesAnotherHost('click here.', 'evil.example')).toBe(false);
  });
  it('whether markup says more than text', () => {
    expect(saysMoreThanText('<div>Hello<br>there <a href="x">you</a></div>')).toBe(false);
    expect(saysMoreThanText('<div>Thanks</div><blockquote style="color:#555"><table></table></blockquote>')).toBe(false);
    expect(saysMoreThanText('<table><tr><td>x</td></tr></table>')).toBe(true);
  });
});
