#include "CReadline.h"

/// A closing brace behind nothing but blanks takes one step of indentation back.
static int close_brace(int count, int key) {
  int blanks = 0;
  while (blanks < rl_point && rl_line_buffer[blanks] == ' ') blanks++;
  if (blanks == rl_point && blanks >= 2) rl_delete_text(rl_point - 2, rl_point), rl_point -= 2;
  return rl_insert_close(count, key);
}

void notch_readline_begin(bool on_standard_error, notch_completer *completer) {
  rl_readline_name = "notch";
  if (on_standard_error) rl_outstream = stderr;
  rl_catch_signals = 0;
  rl_catch_sigwinch = 0;
  rl_change_environment = 0;
  rl_attempted_completion_function = completer;
  // A word is a name and nothing else; bytes above 127 belong to names.
  rl_completer_word_break_characters = " \t\n\"\\'`@$><=;|&{}()[],:+-*/%!?~^.#";
  history_write_timestamps = 1;
  history_comment_char = '#';
  // Set before ~/.inputrc is read, so that it has the last word.
  rl_variable_bind("show-all-if-ambiguous", "on");
  rl_variable_bind("completion-ignore-case", "off");
  rl_add_defun("notch-close-brace", close_brace, '}');
  using_history();
}

void notch_readline_prompt(const char *prompt, const char *text, notch_line_handler *handler) {
  rl_callback_handler_install(prompt, handler);
  if (*text) {
    rl_insert_text(text);
    rl_redisplay();
  }
}

void notch_readline_abandon(void) {
  rl_free_line_state();
  rl_callback_sigcleanup();
  rl_callback_handler_remove();
}

void notch_readline_suspend(void) {
  if (rl_deprep_term_function) rl_deprep_term_function();
}

void notch_readline_resume(void) {
  if (rl_prep_term_function) rl_prep_term_function(1);
  rl_forced_update_display();
}
