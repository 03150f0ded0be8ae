/* wcwidth is an X/Open function. */
#define _XOPEN_SOURCE 700
#include "CEditlineShims.h"

#include <stdio.h>

EditLine *editline_open(const char *program, bool draw_on_stderr) {
  return el_init(program, stdin, draw_on_stderr ? stderr : stdout, stderr);
}

int editline_set_client_data(EditLine *el, void *data) { return el_set(el, EL_CLIENTDATA, data); }

void *editline_client_data(EditLine *el) {
  void *data = NULL;
  el_get(el, EL_CLIENTDATA, &data);
  return data;
}

int editline_set_prompt(EditLine *el, editline_prompt_function prompt) {
  return el_set(el, EL_PROMPT, prompt);
}

int editline_set_editor(EditLine *el, const char *name) { return el_set(el, EL_EDITOR, name); }

const char *editline_editor(EditLine *el) {
  const char *name = NULL;
  return el_get(el, EL_EDITOR, &name) == 0 ? name : NULL;
}

int editline_set_signal_handling(EditLine *el, bool on) { return el_set(el, EL_SIGNAL, (int)on); }

int editline_add_function(
    EditLine *el, const char *name, const char *help, editline_key_function function) {
  return el_set(el, EL_ADDFN, name, help, function);
}

int editline_bind(EditLine *el, const char *key, const char *command) {
  return el_set(el, EL_BIND, key, command, NULL);
}

int editline_set_reader(EditLine *el, editline_read_function reader) {
  return el_set(el, EL_GETCFN, reader);
}

int editline_refresh(EditLine *el) { return el_set(el, EL_REFRESH); }

int editline_prepare_terminal(EditLine *el, bool raw) { return el_set(el, EL_PREP_TERM, (int)raw); }

int editline_use_history(EditLine *el, History *entries) {
  return el_set(el, EL_HIST, history, entries);
}

int editline_history_set_size(History *entries, int size) {
  HistEvent event;
  return history(entries, &event, H_SETSIZE, size);
}

int editline_history_set_unique(History *entries, bool on) {
  HistEvent event;
  return history(entries, &event, H_SETUNIQUE, (int)on);
}

int editline_history_enter(History *entries, const char *line) {
  HistEvent event;
  return history(entries, &event, H_ENTER, line);
}

int editline_width(wchar_t character) { return wcwidth(character); }
