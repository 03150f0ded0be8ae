/* What histedit.h offers only through variadic functions, which Swift cannot call: one function a use. */
#ifndef CEDITLINE_SHIMS_H
#define CEDITLINE_SHIMS_H

#include <histedit.h>
#include <stdbool.h>
#include <wchar.h>

/* histedit.h names these types in comments only. */
typedef char *(*editline_prompt_function)(EditLine *);
typedef unsigned char (*editline_key_function)(EditLine *, wint_t);
typedef int (*editline_read_function)(EditLine *, wchar_t *);

/* Reads standard input; draws on standard output, or on standard error when that is asked for. */
EditLine *editline_open(const char *program, bool draw_on_stderr);

int editline_set_client_data(EditLine *, void *);
void *editline_client_data(EditLine *);
int editline_set_prompt(EditLine *, editline_prompt_function);
int editline_set_editor(EditLine *, const char *name);
/* "emacs" or "vi"; NULL when editline does not tell. */
const char *editline_editor(EditLine *);
/* Whether editline takes signals itself. */
int editline_set_signal_handling(EditLine *, bool);
int editline_add_function(EditLine *, const char *name, const char *help, editline_key_function);
int editline_bind(EditLine *, const char *key, const char *command);
int editline_set_reader(EditLine *, editline_read_function);
/* Draws prompt and line anew where the cursor stands. */
int editline_refresh(EditLine *);
/* Raw mode on for editing, off to give the terminal back. */
int editline_prepare_terminal(EditLine *, bool);
int editline_use_history(EditLine *, History *);

int editline_history_set_size(History *, int);
int editline_history_set_unique(History *, bool);
int editline_history_enter(History *, const char *);

/* The width that editline counts with: -1 for what cannot be shown. */
int editline_width(wchar_t);

#endif
