int f(int x) {
  if (x)
    return 1; // CHECK-MESSAGES: :[[@LINE-1]]:9: warning: statement should be inside braces [readability-braces-around-statements]
  if (!x)
    return 2;
  return 0;
}
