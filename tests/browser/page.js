// Runs in every frame before the page's own content. canary() is what hostile scripts call; __told is the wire to the
// harness. Whatever a page clobbers, the originals are held here.
(() => {
  if (window.harness) return;
  const tell = window.__told ? window.__told.bind(window) : (what) => { try { top.__told(what); } catch (e) {} };
  const all = Document.prototype.querySelectorAll;
  const listen = EventTarget.prototype.addEventListener;
  const send = EventTarget.prototype.dispatchEvent;
  const frame = window.requestAnimationFrame ? window.requestAnimationFrame.bind(window) : (f) => setTimeout(f, 0);
  const style = window.getComputedStyle.bind(window);
  const later = window.setTimeout.bind(window);
  for (const name of ['canary', 'alert', 'confirm', 'prompt', 'print', 'open']) {
    Object.defineProperty(window, name, {value: () => { tell('script'); return null; }});
  }
  // A link that a person opens is no leak; the browser's own way to the web ends here.
  listen.call(window, 'click', (event) => {
    const link = event.composedPath().find((e) => e instanceof HTMLAnchorElement);
    if (link && /^(https?|mailto|tel):$/.test(link.protocol) && !link.ping) event.preventDefault();
  }, true);

  const kEvents = `abort afterprint animationcancel animationend animationiteration animationstart auxclick beforecopy
    beforecut beforeinput beforematch beforepaste beforeprint beforetoggle beforeunload begin blur cancel canplay change
    click close command contentvisibilityautostatechange contextmenu copy cuechange cut dblclick drag dragend dragenter
    dragleave dragover dragstart drop durationchange emptied end ended error finish focus focusin focusout formdata
    fullscreenchange gotpointercapture hashchange input invalid keydown keypress keyup load loadeddata loadedmetadata
    loadstart lostpointercapture message mousedown mouseenter mouseleave mousemove mouseout mouseover mouseup mousewheel
    offline online pagehide pageshow paste pause play playing pointercancel pointerdown pointerenter pointerleave
    pointermove pointerout pointerover pointerrawupdate pointerup popstate progress readystatechange repeat reset resize
    scroll scrollend search securitypolicyviolation select selectionchange selectstart slotchange start stalled submit
    suspend timeupdate toggle touchcancel touchend touchmove touchstart transitioncancel transitionend transitionrun
    transitionstart unload volumechange waiting wheel zoom`.split(/\s+/);
  const kMostElements = 150;

  const attempt = (f) => { try { return f(); } catch (e) { return undefined; } };
  const frames = () => new Promise((done) => { frame(() => frame(done)); later(done, 400); });

  // What a person and the browser do to a page, to each of its elements.
  const poke = async () => {
    const elements = [...all.call(document, '*')].slice(0, kMostElements);
    for (const e of elements) {
      attempt(() => e.focus());
      attempt(() => { if (e instanceof HTMLDetailsElement) { e.open = false; e.open = true; } });
      attempt(() => { if (e instanceof HTMLDialogElement) { e.close(); e.showModal(); e.close(); } });
      attempt(() => { if (e.popover) { e.showPopover(); e.hidePopover(); } });
      attempt(() => { if (e instanceof HTMLMediaElement) e.play().catch(() => {}); });
      attempt(() => { if (e instanceof SVGAnimationElement) e.beginElement(); });
      attempt(() => e.scrollTo(0, 5));
    }
    await frames();
    for (const e of elements) {
      for (const name of kEvents) attempt(() => send.call(e, new Event(name, {cancelable: true})));
    }
    for (const name of kEvents) attempt(() => send.call(window, new Event(name)));
    for (const e of elements) {
      const mouse = {bubbles: true, cancelable: true, composed: true, view: window};
      attempt(() => send.call(e, new MouseEvent('mouseover', mouse)));
      attempt(() => send.call(e, new MouseEvent('click', mouse)));
      attempt(() => { if (e instanceof HTMLFormElement) HTMLFormElement.prototype.requestSubmit.call(e); });
    }
    await frames();
  };

  const own = {};
  for (const name of ['getElementById', 'createElement', 'querySelector', 'body', 'head', 'cookie', 'forms', 'all', 'URL',
                      'location', 'defaultView']) {
    own[name] = typeof document[name];
  }
  // What can be seen of a page that bends its document or lies over it.
  const look = () => {
    for (const name in own) {
      const now = attempt(() => document[name]);
      const element = now instanceof Element || now instanceof HTMLCollection;
      const right = name === 'body' || name === 'head' ? !(now instanceof HTMLFormElement) :
                    name === 'forms' ? now instanceof HTMLCollection && !(now instanceof Element) :
                    name === 'all' ? !(now instanceof Element) : !element;
      if (!right) tell('clobbered');
    }
    for (const name of ['amends', 'app', 'root', 'user', 'settings']) {
      if (attempt(() => window[name]) !== undefined) tell('clobbered');
    }
    for (const e of [...all.call(document, 'body *')].slice(0, 20 * kMostElements)) {
      if (e.closest('[data-harness]') === e) continue;
      const s = style(e);
      if (s.position !== 'static') tell('overlay');
      if (s.transform !== 'none' || s.translate !== 'none' || s.scale !== 'none' || s.zoom !== '1') tell('overlay');
      if (parseFloat(s.marginTop) < -50 || parseFloat(s.marginLeft) < -50 || parseFloat(s.textIndent) < -50) tell('overlay');
      if (s.boxShadow !== 'none' || (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 5)) tell('overlay');
      if (parseFloat(s.letterSpacing) < -50 || parseFloat(s.wordSpacing) < -50) tell('overlay');
      if (parseFloat(s.textDecorationThickness) > 20) tell('overlay');
    }
    if (document.title === 'taken') tell('title');
  };

  // Holds for what was cleaned: nothing is left that names things or styles them all.
  const strict = () => {
    for (const e of all.call(document, '[id],[name],[class]')) if (!e.hasAttribute('data-harness')) tell('named');
    if (document.styleSheets.length > 0) tell('sheet');
    for (const e of all.call(document, '*')) {
      for (const a of e.attributes) {
        if (/^on/i.test(a.name)) tell('handler');
        if (/^\s*javascript:/i.test(a.value) && a.name !== 'title' && a.name !== 'alt') tell('address');
      }
      if (e.namespaceURI !== 'http://www.w3.org/1999/xhtml') tell('foreign');
    }
  };

  const put = (html) => {
    const box = document.createElement('div');
    box.setAttribute('data-harness', '');
    box.innerHTML = html;
    document.body.replaceChildren(box);
    return box;
  };
  // By innerHTML, and what that serialises to again: parsers that disagree with themselves make new elements there.
  const inner = async (html) => {
    let box = put(html);
    await poke();
    const first = box.innerHTML;
    box = put(first);
    box.innerHTML = box.innerHTML;
    await poke();
  };
  window.harness = {poke, look, strict, inner, put, frames};
})();
//# sourceURL=harness:page
