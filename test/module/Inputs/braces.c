int f(int x) {
  if (x)
    return 1; // CHECK-MESSAGES: :[[@LINE-1]]:9: warning: statement should be inside braces [readability-braces-around-statements]
  // CHECK-FIXES: if (x) {
  // CHECK-FIXES-NEXT: return 1; //
  // CHECK-FIXES-NEXT: }
  return 0;
}
