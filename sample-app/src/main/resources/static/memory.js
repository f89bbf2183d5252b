const KEY = 'ai-kit-chat';

/**
 * The conversation as this browser's tabs share it: what a reload finds again, and what another
 * tab is told of. Only conversations are kept whose answers the server keeps.
 */
export const memory = {
  /** @returns {Array<object>} the turns, none if there are none or they can't be read */
  load() {
    try {
      const turns = JSON.parse(localStorage.getItem(KEY) ?? '[]');
      return Array.isArray(turns) ? turns : [];
    } catch {
      return [];
    }
  },

  save(turns) {
    try {
      localStorage.setItem(KEY, JSON.stringify(turns));
    } catch {
      // No storage, or no room in it: then a reload begins anew.
    }
  },

  clear() {
    try {
      localStorage.removeItem(KEY);
    } catch {
      // As above.
    }
  },

  /** @param {(turns: Array<object>) => void} listener told when another tab has changed it */
  onChange(listener) {
    addEventListener('storage', ({ key }) => {
      if (key === KEY || key === null) {
        listener(memory.load());
      }
    });
  },
};
