int f(int x) {
  undeclared y;
  if (x)
    return 1; // CHECK-MESSAGES: :[[@LINE-1]]:9: warning: statement should be inside braces [readability-braces-around-statements]
  return 0;
}
