// Before the first paint: the theme and text size this browser was set to; without a choice, the system's theme.
(function () {
  var root = document.documentElement;
  var dark = matchMedia('(prefers-color-scheme: dark)');
  function read(name) {
    try {
      return localStorage.getItem('amends.' + name);
    } catch (e) {
      return null;
    }
  }
  function paint() {
    var theme = read('theme');
    root.dataset.theme = theme === 'light' || theme === 'dark' ? theme : dark.matches ? 'dark' : 'light';
  }
  var size = read('size');
  if (size === 'large' || size === 'small') root.dataset.size = size;
  dark.addEventListener('change', paint);
  addEventListener('amends:theme', paint);
  paint();
})();
