void f(void);
// CHECK-NOTES: :[[@LINE+1]]:6: warning: function 'g' is within a recursive call chain [misc-no-recursion]
void g(void) { f(); }
// CHECK-NOTES: :[[@LINE+5]]:6: note: example recursive call chain, starting from function 'f'
// CHECK-NOTES: :[[@LINE+4]]:16: note: Frame #1: function 'f' calls function 'g' here:
// CHECK-NOTES: :[[@LINE-3]]:16: note: Frame #2: function 'g' calls function 'f' here:
// CHECK-NOTES: :[[@LINE-4]]:16: note: ... which was the starting point of the recursive call chain; there may be other cycles
// CHECK-NOTES: :[[@LINE+1]]:6: warning: function 'f' is within a recursive call chain [misc-no-recursion]
void f(void) { g(); }
