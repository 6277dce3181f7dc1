/* Builds OpenCL kernels with the first device's compiler and prints what each takes:
 * kernels FILE..., one line a kernel. Nothing is run. */
#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>
#include <stdio.h>
#include <stdlib.h>

enum { MOST_KERNELS = 16 };

static char *text_of(const char *name) {
  FILE *file = fopen(name, "rb");
  if (!file) {
    perror(name);
    exit(2);
  }
  fseek(file, 0, SEEK_END);
  long size = ftell(file);
  rewind(file);
  char *text = calloc(1, size + 1);
  if (fread(text, 1, size, file) != (size_t)size) {
    perror(name);
    exit(2);
  }
  fclose(file);
  return text;
}

static cl_ulong number(cl_kernel kernel, cl_device_id device, cl_kernel_work_group_info what) {
  cl_ulong value = 0;
  clGetKernelWorkGroupInfo(kernel, device, what, sizeof value, &value, NULL);
  return value;
}

static int build(cl_context context, cl_device_id device, const char *name) {
  const char *source = text_of(name);
  cl_int status;
  cl_program program = clCreateProgramWithSource(context, 1, &source, NULL, &status);
  fprintf(stderr, "== %s\n", name); /* the compiler's own words follow */
  status = clBuildProgram(program, 1, &device, "-cl-std=CL1.2 -DFMA=fma", NULL, NULL);
  if (status != CL_SUCCESS) {
    static char log[1 << 16];
    clGetProgramBuildInfo(program, device, CL_PROGRAM_BUILD_LOG, sizeof log - 1, log, NULL);
    printf("%s does not build: %d %.1500s\n", name, status, log);
    return 1;
  }
  cl_kernel kernels[MOST_KERNELS];
  cl_uint count = 0;
  status = clCreateKernelsInProgram(program, MOST_KERNELS, kernels, &count);
  if (status != CL_SUCCESS) {
    printf("%s has no kernels: %d\n", name, status);
    return 1;
  }
  for (cl_uint i = 0; i < count; i++) {
    char function[256];
    clGetKernelInfo(kernels[i], CL_KERNEL_FUNCTION_NAME, sizeof function, function, NULL);
    printf("%s local %lu private %lu work-group %lu\n", function,
           (unsigned long)number(kernels[i], device, CL_KERNEL_LOCAL_MEM_SIZE),
           (unsigned long)number(kernels[i], device, CL_KERNEL_PRIVATE_MEM_SIZE),
           (unsigned long)number(kernels[i], device, CL_KERNEL_WORK_GROUP_SIZE));
  }
  fflush(stdout);
  return 0;
}

int main(int count, char **names) {
  cl_platform_id platform;
  cl_device_id device;
  cl_uint found;
  if (clGetPlatformIDs(1, &platform, &found) != CL_SUCCESS ||
      clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, 1, &device, &found) != CL_SUCCESS) {
    puts("there is no device");
    return 2;
  }
  char device_name[256];
  clGetDeviceInfo(device, CL_DEVICE_NAME, sizeof device_name, device_name, NULL);
  printf("device %s\n", device_name);
  cl_int status;
  cl_context context = clCreateContext(NULL, 1, &device, NULL, NULL, &status);
  int failed = 0;
  for (int i = 1; i < count; i++) {
    failed |= build(context, device, names[i]);
  }
  return failed;
}
