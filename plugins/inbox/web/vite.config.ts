import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig } from 'vitest/config';

declare const process: { env: Record<string, string | undefined> };
// The program that answers /api while one works on the app: AMENDS=http://127.0.0.1:8460 npm run dev
const program = process.env.AMENDS ?? 'http://127.0.0.1:8460';
const proxy = {
  '/api': {
    target: program,
    changeOrigin: true,
    // The program believes only its own pages; while one works on the app this server speaks for it.
    headers: { origin: program },
  },
};

export default defineConfig({
  plugins: [svelte(), svelteTesting()],
  cacheDir: process.env.AMENDS_VITE_CACHE ?? 'node_modules/.vite',
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            // Over a slow line it is the number of files that counts: what every screen stands on comes as one (not main.ts,
            // which waits for words that wait for this), what the list needs as one, what a thread needs as one.
            { name: 'app', test: /\/src\/(?:App\.svelte|api\/|keys\/|lib\/|shell\/|ui\/)/, priority: 3 },
            { name: 'inbox', test: /\/src\/screens\/inbox\/(?!Inbox|ThreadPane|words\/)/, priority: 2 },
            { name: 'thread', test: /\/src\/(?:composer\/(?!words\/)|screens\/customer\/Timeline\.svelte)/, priority: 1 },
          ],
        },
      },
    },
  },
  server: { host: '127.0.0.1', proxy },
  preview: { host: '127.0.0.1', proxy },
  test: {
    environment: 'jsdom',
    // Styles are read by a test (ui/directions.test.ts).
    css: true,
    include: ['src/**/*.test.ts'],
    setupFiles: ['src/test.setup.ts'],
    maxWorkers: 2,
  },
});
