int f(void); // CHECK-MESSAGE: :1:1: warning: this prefix is read by nobody
