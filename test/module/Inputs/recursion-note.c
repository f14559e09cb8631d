void f(void);
// CHECK-NOTES: :[[@LINE+1]]:6: warning: function 'g' is within a recursive call chain [misc-no-recursion]
void g(void) { f(); }
// CHECK-NOTES: :[[@LINE+2]]:6: note: example recursive call chain, starting from function 'f'
// CHECK-NOTES: :[[@LINE+1]]:6: warning: function 'f' is within a recursive call chain [misc-no-recursion]
void f(void) { g(); }
