/// GNU readline as Swift can use it: its globals are set through functions.
#pragma once

// readline.h names FILE and does not include what declares it.
#include <stdbool.h>
#include <stdio.h>

#include <readline/readline.h>
#include <readline/history.h>

#ifndef RL_READLINE_VERSION
#error "the prompt needs GNU readline; the look-alike libedit will not do"
#endif

typedef void notch_line_handler(char *line);
typedef char **notch_completer(const char *text, int start, int end);
typedef void notch_painter(void);
typedef void notch_lister(char **matches, int count, int longest);

/// Sets what does not change while the program runs.
void notch_readline_begin(bool on_standard_error, notch_completer *completer);

/// Draws a prompt and waits for its line, which is passed to the handler; `text` is typed for the user.
void notch_readline_prompt(const char *prompt, const char *text, notch_line_handler *handler);

/// Handles one byte from the terminal; EOF where there are no more.
///
/// Readline may read further bytes at once. Gives the signal whose key was among them; 0 for none.
int notch_readline_feed(int byte);

/// The signal that a key stands for at a terminal, as Ctrl-C does for SIGINT; 0 for none.
int notch_signal_of_key(unsigned char byte);

/// Drops the line that is being edited, as Ctrl-C does.
void notch_readline_abandon(void);

/// Gives the terminal back before the program is stopped, and takes it again afterwards.
void notch_readline_suspend(void);
void notch_readline_resume(void);

/// Lets the program draw the line, where ~/.inputrc asks for no look that only readline has.
bool notch_readline_draw_with(notch_painter *painter);

/// Lets the program show what a word may be.
void notch_readline_list_with(notch_lister *lister);

/// Writes where readline writes, at once.
void notch_readline_write(const char *bytes, size_t count);

/// The prompt as it is now, which a search replaces.
static inline const char *notch_readline_shown_prompt(void) { return rl_display_prompt; }

/// The place of the cursor: an offset in bytes.
static inline int notch_readline_point(void) { return rl_point; }

/// What was typed so far.
static inline const char *notch_readline_buffer(void) { return rl_line_buffer; }

/// The character that follows a completed word; 0 for none.
static inline void notch_readline_append(int character) {
  rl_completion_append_character = character;
}

/// Whether readline tries file names where we know no completion.
static inline void notch_readline_try_files(bool tries) { rl_attempted_completion_over = !tries; }

/// The last entry of the history; NULL where it has none.
static inline const char *notch_history_last(void) {
  HIST_ENTRY *entry = history_get(history_base + history_length - 1);
  return entry ? entry->line : NULL;
}
